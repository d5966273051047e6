import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createWatchdog } from './watchdog.ts'

function watched(limitMs: number, periodMs: number) {
  let now = 0
  const dog = createWatchdog(limitMs, periodMs, () => now)
  return {
    dog,
    after: (ms: number) => {
      now += ms
      return dog.isSilent()
    },
  }
}

it('given contact in time, when asked, then all is well; given none for the limit, then not', () => {
  const { dog, after } = watched(1_000, 250)
  for (let i = 0; i < 10; i++) {
    assert.equal(after(250), false)
    dog.contact()
  }
  assert.deepEqual([after(250), after(250), after(250), after(250), after(250)], [false, false, false, false, true])
})

it('given a process that stood still, when it goes on, then its own pause is not taken for silence', () => {
  const { after } = watched(1_000, 250)
  assert.equal(after(60_000), false)
})
