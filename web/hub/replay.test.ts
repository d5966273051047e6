/** Dead letters that go back, on a clock that goes on when everybody waits for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { LogRecord } from '../../kit/kafka/bus.ts'
import { createState, eventOf, letterOf } from './core/shop.fixture.ts'
import type { HubState } from './core/state.ts'
import type { LetterPlace, ShopPorts } from './ports.ts'
import type { Handling } from './protocol.ts'
import { type ReplayClock, replayLetters } from './replay.ts'

function createClock(): ReplayClock & { run<T>(work: Promise<T>): Promise<T> } {
  let now = 0
  const sleepers: { readonly at: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    pause: (ms) => new Promise((wake) => sleepers.push({ at: now + ms, wake })),
    run: async (work) => {
      let done = false
      const over = work.finally(() => {
        done = true
      })
      for (;;) {
        await turn()
        if (done) return over
        sleepers.sort((a, b) => b.at - a.at)
        const next = sleepers.pop()
        assert.ok(next, 'it waits for something else than the clock')
        now = next.at
        next.wake()
      }
    },
  }
}

/** Letters of the bank about orders that were placed, and what is known of their way back. */
function stage(count: number) {
  const state = createState()
  const clock = createClock()
  const letters = Array.from({ length: count }, (_, n) => {
    const { dot } = state.addRecord(letterOf(eventOf('placed', { orderId: `o-${n}`, id: `e-${n}` })), 1)
    return { topic: dot.topic, partition: dot.partition, offset: dot.offset }
  })
  const sent: { readonly at: number; readonly letter: LetterPlace; readonly value: string | null }[] = []
  const replay = (follow: (again: LogRecord, n: number) => void): ShopPorts['replay'] => {
    return async (letter, value) => {
      const n = sent.push({ at: clock.now(), letter, value }) - 1
      const place = `${letter.topic}/${letter.partition}/${letter.offset}`
      const again = eventOf('placed', { orderId: `o-${n}`, id: `e-${n}`, headers: { 'replayed-from': place } })
      state.addRecord(again, 2)
      follow(again, n)
      return { to: 'placed', trouble: null, group: 'bank-group' }
    }
  }
  return { state, clock, letters, sent, replay }
}

const says = (
  state: HubState,
  { topic, partition, offset }: LogRecord,
  service: string,
  outcome: Handling['outcome'],
) =>
  state.addWork({
    ...{ topic, partition, offset: String(offset), service, outcome },
    ...{ attempt: 1, at: 3, orderId: null, startMs: 2, workedMs: 1 },
  })
const never = new AbortController().signal

test('given three letters at five a second, then each goes a fifth of a second after the one before, and has its own outcome', async () => {
  const { state, clock, letters, sent, replay } = stage(3)
  const ports = {
    replay: replay((again, n) => {
      if (n === 0) says(state, again, 'bank', 'handled')
      if (n === 1) says(state, again, 'bank', 'duplicate-ignored')
      if (n === 2) state.addRecord(letterOf(again, 'it hurts still'), 3)
    }),
  }
  const outcomes = await clock.run(replayLetters(state, ports, { letters, ratePerS: 5 }, never, { clock }))
  assert.deepEqual(
    sent.map(({ at, letter, value }) => [at, letter, value]),
    letters.map((letter, n) => [n * 200, letter, null]),
  )
  assert.deepEqual(
    outcomes.map(({ outcome, words }) => [outcome, words]),
    [
      ['handled', 'bank handled it.'],
      ['duplicate-ignored', 'bank had handled it already, and passed it over.'],
      ['failed-again', 'It failed again: it hurts still'],
    ],
  )
  assert.deepEqual(
    outcomes.map(({ topic, partition, offset }) => ({ topic, partition, offset })),
    letters,
  )
})

test('given no pace, then all go at once', async () => {
  const { state, clock, letters, sent, replay } = stage(3)
  const ports = { replay: replay((again) => says(state, again, 'bank', 'handled')) }
  await clock.run(replayLetters(state, ports, { letters }, never, { clock }))
  assert.deepEqual(
    sent.map(({ at }) => at),
    [0, 0, 0],
  )
})

test('given that another reader of the topic speaks first, then the outcome is that of the one that had failed', async () => {
  const { state, clock, letters, replay } = stage(2)
  const ports = {
    replay: replay((again, n) => {
      says(state, again, 'depot', 'duplicate-ignored')
      if (n === 1) state.addRecord(letterOf(again, 'not for us', 'depot-group'), 3)
      void clock.pause(1_000, never).then(() => says(state, again, 'bank', 'handled'))
    }),
  }
  const outcomes = await clock.run(replayLetters(state, ports, { letters }, never, { clock }))
  assert.deepEqual(
    outcomes.map(({ words }) => words),
    ['bank handled it.', 'bank handled it.'],
  )
})

test('given that every reader of the topic gives it up again, then the reason is that of the one that had failed', async () => {
  const { state, clock, letters, replay } = stage(1)
  const ports = {
    replay: replay((again) => {
      state.addRecord(letterOf(again, 'the bank is shut'), 3)
      state.addRecord(letterOf(again, 'the depot is full', 'depot-group'), 4)
    }),
  }
  const [one] = await clock.run(replayLetters(state, ports, { letters }, never, { clock }))
  assert.deepEqual([one?.outcome, one?.words], ['failed-again', 'It failed again: the bank is shut'])
})

test('given that nobody says anything for ten seconds, then it is told where the record lies', async () => {
  const { state, clock, letters, replay } = stage(1)
  const [one] = await clock.run(replayLetters(state, { replay: replay(() => {}) }, { letters }, never, { clock }))
  assert.equal(one?.outcome, 'published')
  assert.match(one?.words ?? '', /on placed again/)
  assert.ok(clock.now() >= 10_000 && clock.now() < 10_100)
})

test('given a letter that cannot be published, then the reason is its outcome, and the others go on', async () => {
  const { state, clock, letters, replay } = stage(2)
  const good = replay((again) => says(state, again, 'bank', 'handled'))
  const ports: Pick<ShopPorts, 'replay'> = {
    replay: async (letter, value) =>
      letter === letters[0] ? { to: null, trouble: 'It is not text.', group: null } : good(letter, value),
  }
  const outcomes = await clock.run(replayLetters(state, ports, { letters, ratePerS: 5 }, never, { clock }))
  assert.deepEqual(
    outcomes.map(({ outcome, words }) => [outcome, words]),
    [
      ['failed-again', 'It is not text.'],
      ['handled', 'bank handled it.'],
    ],
  )
})

test('given that the hub closes meanwhile, then no letter goes any more', async () => {
  const { state, clock, letters, sent, replay } = stage(3)
  const closing = new AbortController()
  const ports = { replay: replay(() => closing.abort()) }
  const outcomes = await clock.run(replayLetters(state, ports, { letters, ratePerS: 5 }, closing.signal, { clock }))
  assert.equal(sent.length, 1)
  assert.equal(outcomes.length, 1)
})
