import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dockerWords } from './docker.ts'
import { LIMITS } from './limits.ts'

test('given a plan, when it is written for Docker, then network, rights, memory, processes and mounts are as in the sandbox', () => {
  const mounts = [
    { from: '/kit/node_modules', to: '/box/node_modules' },
    { from: '/in "of" b, c:d', to: '/box/shop', write: true },
  ] as const
  const plan = {
    mounts,
    env: { PORT: '5001', HOME: '/root' },
    toolchains: [],
    limits: LIMITS,
    words: ['node', 'x.mjs'],
  }
  const line = dockerWords(plan, 'box-1', 61_001).join(' ')
  for (const wanted of [
    '--network none',
    '--read-only',
    '--cap-drop ALL',
    '--security-opt no-new-privileges',
    '--user 61001:61001',
    '--pids-limit 128',
    `--memory ${384 * 2 ** 20}`,
    '--mount type=bind,"source=/kit/node_modules","target=/box/node_modules",readonly',
    '--mount type=bind,"source=/in ""of"" b, c:d","target=/box/shop" ',
    '--env PORT=5001',
    '--env HOME=/tmp',
  ]) {
    assert.ok(line.includes(wanted), wanted)
  }
  assert.match(line, /saga-lab-box:1 \/bin\/sh -c .* sh node x\.mjs$/)
})
