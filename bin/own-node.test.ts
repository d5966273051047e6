import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'

/** Plain JavaScript without types, for the reader's older Node. */
const { whyUnrunnable } = (await import(path.join(import.meta.dirname, 'own-node.js'))) as {
  whyUnrunnable(home: string, node: string, machine?: { osRelease: string; isRoot: boolean }): string | undefined
}

const DEBIAN = 'ID=ubuntu\nID_LIKE=debian\n'
const LACKING =
  'echo "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file" >&2; exit 127'

/** A kit whose own Node is this script. */
function kitWith(t: TestContext, script: string): { home: string; node: string; become(script: string): void } {
  const home = mkdtempSync(path.join(os.tmpdir(), 'own-node-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  mkdirSync(path.join(home, 'node_modules'))
  const node = path.join(home, 'node')
  const become = (next: string) => {
    writeFileSync(node, `#!/bin/sh\n${next}\n`)
    chmodSync(node, 0o755)
  }
  become(script)
  return { home, node, become }
}

test("given the kit's Node that runs, when asked, then nothing is in the way, and it is not tried again", (t) => {
  const { home, node, become } = kitWith(t, 'echo v26.0.0')
  assert.equal(whyUnrunnable(home, node), undefined)
  become('exit 1')
  assert.equal(whyUnrunnable(home, node), undefined)
})

test('given a machine without libatomic, when nobody may install it, then one line says what to install', (t) => {
  const { home, node } = kitWith(t, LACKING)
  const user = whyUnrunnable(home, node, { osRelease: DEBIAN, isRoot: false })
  assert.match(user ?? '', /libatomic\.so\.1.*Install the library: sudo sh -c 'apt-get update && .*libatomic1'$/)
  const other = whyUnrunnable(home, node, { osRelease: 'ID=fedora\n', isRoot: true })
  assert.match(other ?? '', /package is called libatomic/)
})

test('given Debian without libatomic, when root starts the kit, then apt installs it', (t) => {
  const { home, node } = kitWith(t, `[ -e "$0.installed" ] && exit 0; ${LACKING}`)
  const bin = path.join(home, 'bin')
  mkdirSync(bin)
  writeFileSync(
    path.join(bin, 'apt-get'),
    `#!/bin/sh\n[ "$1" = install ] && case "$*" in *libatomic1*) : > "${node}.installed";; esac\nexit 0\n`,
  )
  chmodSync(path.join(bin, 'apt-get'), 0o755)
  const before = process.env.PATH
  process.env.PATH = `${bin}:${before}`
  t.after(() => {
    process.env.PATH = before
  })
  assert.equal(whyUnrunnable(home, node, { osRelease: DEBIAN, isRoot: true }), undefined)
})

test('given a Node that is made for another system, when asked, then the remedy is a Node of one’s own', (t) => {
  const { home } = kitWith(t, '')
  const said = whyUnrunnable(home, path.join(home, 'not there'), { osRelease: 'ID=alpine\n', isRoot: true })
  assert.match(said ?? '', /ENOENT\)\. Install Node 26 from https:\/\/nodejs\.org/)
})
