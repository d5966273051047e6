import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { it } from 'node:test'
import { createBus } from './create-bus.ts'
import { scratch } from './scratch.ts'

const HOURS = 3_600_000
/** A broker refuses records stamped more than an hour ahead of its own clock; here that is not the question. */
const TOLERANT = { 'message.timestamp.after.max.ms': String(24 * HOURS) }

for (const [words, step] of [
  ['back', -2 * HOURS],
  ['forward', 2 * HOURS],
] as const) {
  it(`given a consumer at work, when the wall clock steps two hours ${words}, then it stays in its group`, async (t) => {
    const { topic, group } = scratch(t, createBus)
    const args = [`${import.meta.dirname}/clock-step.fixture.ts`, group(), await topic(1, TOLERANT), String(step)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (bytes) => {
      complaint += bytes
    })
    t.after(() => child.kill('SIGKILL'))
    const [code] = await once(child, 'close')
    assert.equal(code, 0, complaint)
  })
}
