import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ParkedRow } from '../ledger.ts'
import { type Bank, type Fresh, openBank } from './fresh.ts'

/** The bookkeeping of one consumer in plain data: what the ledger must agree with after every step. */
interface Model {
  inbox: Set<string>
  unsent: { id: number; key: string }[]
  parked: { id: number; key: string; eventId: string; dueAt: number }[]
}

type Step =
  | { do: 'apply'; events: { id: string; key: string }[]; keep: boolean }
  | { do: 'send'; count: number }
  | { do: 'park'; events: { id: string; key: string }[]; dueAt: number }
  | { do: 'retry'; now: number; succeed: boolean }

const events = fc.array(fc.record({ id: fc.constantFrom(...'abcdefgh'), key: fc.constantFrom('k1', 'k2', 'k3') }), {
  maxLength: 5,
})
const time = fc.integer({ min: 0, max: 9 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('apply' as const), events, keep: fc.boolean() }),
    fc.record({ do: fc.constant('send' as const), count: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ do: fc.constant('park' as const), events, dueAt: time }),
    fc.record({ do: fc.constant('retry' as const), now: time, succeed: fc.boolean() }),
  ),
  { maxLength: 12 },
)

/** Applies new events: an inbox row and an outbox row each; `keep: false` fails at the end, so that nothing may stay. */
async function apply(
  { store, ledger }: Bank,
  model: Model,
  consumer: string,
  step: Step & { do: 'apply' },
): Promise<void> {
  const unique = [...new Map(step.events.map((event) => [event.id, event])).values()]
  const work = store.transaction(async (tx) => {
    const seen = await ledger.seen(
      tx,
      consumer,
      unique.map((event) => event.id),
    )
    const fresh = unique.filter((event) => !seen.has(event.id))
    assert.deepEqual(
      fresh,
      unique.filter((event) => !model.inbox.has(event.id)),
    )
    await ledger.remember(
      tx,
      consumer,
      fresh.map((event) => event.id),
      1,
    )
    const rows = fresh.map(({ id, key }) => ({ aggregateId: id, topic: 'done', key, payload: id, headers: {} }))
    const written = await ledger.enqueue(tx, consumer, rows, 1)
    if (!step.keep) throw new Error('crash')
    return { fresh, written }
  })
  const result = await work.catch((error) => {
    if (step.keep) throw error
  })
  for (const { id } of result?.fresh ?? []) model.inbox.add(id)
  model.unsent.push(...(result?.written ?? []).map((row) => ({ id: row.id, key: row.key! })))
}

async function park(
  { store, ledger }: Bank,
  model: Model,
  consumer: string,
  step: Step & { do: 'park' },
): Promise<void> {
  const rows = step.events.map(
    ({ id, key }): Omit<ParkedRow, 'id'> => ({
      ...{ consumer, key, eventId: id, dueAt: step.dueAt, topic: 't', partition: 0, offset: '1' },
      ...{ payload: id, headers: {}, attempts: 1, error: null },
    }),
  )
  await store.transaction((tx) => ledger.park(tx, rows, 1))
  for (const { id, key } of step.events) {
    if (model.parked.some((row) => row.eventId === id)) continue
    model.parked.push({ id: Number.NaN, key, eventId: id, dueAt: step.dueAt })
  }
}

async function retry(
  { store, ledger }: Bank,
  model: Model,
  consumer: string,
  step: Step & { do: 'retry' },
): Promise<void> {
  const heads = model.parked.filter((row, index) => model.parked.findIndex((other) => other.key === row.key) === index)
  assert.equal(await ledger.nextDue(consumer), heads.length === 0 ? null : Math.min(...heads.map((row) => row.dueAt)))
  await store.transaction(async (tx) => {
    const due = await ledger.due(tx, consumer, step.now, 99)
    assert.deepEqual(
      due.map((row) => row.eventId),
      heads.filter((row) => row.dueAt <= step.now).map((row) => row.eventId),
    )
    if (step.succeed)
      await ledger.unpark(
        tx,
        due.map((row) => row.id),
      )
    else for (const row of due) await ledger.postpone(tx, row.id, row.attempts + 1, row.dueAt + 3, 'again')
    for (const { eventId } of due) {
      const index = model.parked.findIndex((row) => row.eventId === eventId)
      if (step.succeed) model.parked.splice(index, 1)
      else model.parked[index]!.dueAt += 3
    }
  })
}

async function take(bank: Bank, model: Model, consumer: string, step: Step): Promise<void> {
  if (step.do === 'apply') return apply(bank, model, consumer, step)
  if (step.do === 'park') return park(bank, model, consumer, step)
  if (step.do === 'retry') return retry(bank, model, consumer, step)
  const sent = (await bank.ledger.unsent(consumer, step.count)).map((row) => row.id)
  await bank.ledger.markSent(sent, 1)
  assert.deepEqual(
    sent,
    model.unsent.splice(0, step.count).map((row) => row.id),
  )
}

export function modelTests(fresh: Fresh): void {
  test('given any course of applying, sending, parking and retrying, when each step is done, then the ledger agrees with plain data', async (t) => {
    const bank = await openBank(t, fresh)
    let run = 0
    const property = fc.asyncProperty(steps, async (course) => {
      const model: Model = { inbox: new Set(), unsent: [], parked: [] }
      const consumer = `consumer ${run++}`
      for (const step of course) {
        await take(bank, model, consumer, step)
        const unsent = await bank.ledger.unsent(consumer, 999)
        assert.deepEqual(
          unsent.map((row) => row.id),
          model.unsent.map((row) => row.id),
        )
        const keys = ['k1', 'k2', 'k3']
        const parked = await bank.store.transaction((tx) => bank.ledger.parkedKeys(tx, consumer, keys))
        assert.deepEqual(
          [...parked],
          keys.filter((key) => model.parked.some((row) => row.key === key)),
        )
      }
    })
    await fc.assert(property, { numRuns: 60 })
  })
}
