import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dockerWords } from './docker.ts'
import { LIMITS } from './limits.ts'

test('given a plan, when it is written for Docker, then network, rights, memory, processes and mounts are as in the sandbox', () => {
  const mounts = [
    { from: '/kit/node_modules', to: '/box/node_modules' },
    { from: '/in', to: '/box/shop', write: true },
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
    '--volume /kit/node_modules:/box/node_modules:ro',
    '--volume /in:/box/shop:rw',
    '--env PORT=5001',
    '--env HOME=/tmp',
  ]) {
    assert.ok(line.includes(wanted), wanted)
  }
  assert.ok(line.endsWith('debian:12-slim node x.mjs'))
})
