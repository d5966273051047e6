// Looks at what it is itself, and tries to become more: node self-look.mjs   One line of JSON.
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'

const status = Object.fromEntries(
  readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .map((line) => line.split(/:\s+/)),
)
const open = []
let files
try {
  for (;;) open.push(openSync('/dev/null'))
} catch (error) {
  files = [open.length, error.code]
}
for (const handle of open) closeSync(handle)
const mask = (hex) => BigInt(`0x${hex}`) === 0n
console.log(
  JSON.stringify({
    processes: readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length,
    capabilities: mask(status.CapEff) && mask(status.CapPrm) && mask(status.CapBnd),
    noNewPrivileges: status.NoNewPrivs === '1',
    namespace: spawnSync('unshare', ['--user', '--map-root-user', 'true']).status,
    mount: spawnSync('mount', ['-t', 'tmpfs', 'none', '/tmp']).status,
    root: spawnSync('setpriv', ['--reuid=0', 'true']).status,
    uid: process.getuid(),
    hostname: os.hostname(),
    files,
    environment: Object.keys(process.env).sort(),
  }),
)
