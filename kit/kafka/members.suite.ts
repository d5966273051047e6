import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Bus, BusOptions, LogRecord } from './bus.ts'
import { numbered, scratch, until, valuesOf } from './scratch.ts'

type CreateBus = (options: BusOptions) => Bus

/** What several members of one group owe each other. */
export function membersSuite(createBus: CreateBus): void {
  describe('members of a group', () => handOverSuite(createBus))
}

function handOverSuite(createBus: CreateBus): void {
  it('given two members, when one leaves, then the other is told, takes over, and nothing is lost', async (t) => {
    const { bus, topic, consume, group } = scratch(t, createBus)
    const name = await topic(4)
    const shared = group()
    const owned: number[][] = [[], []]
    const member = (index: number) =>
      consume({
        topics: [name],
        group: shared,
        onAssigned: (assignment) => {
          owned[index] = [...(assignment[name] ?? [])]
        },
      })
    const [first, second] = [await member(0), await member(1)]
    await until(() => owned[0]!.length === 2 && owned[1]!.length === 2, 'two partitions each')
    await bus.send(numbered(name, 100))
    await until(() => distinct(first.seen, second.seen) === 100, 'all hundred')
    await first.stop()
    await until(() => owned[1]!.length === 4, 'all partitions with the second')
    await bus.send(numbered(name, 100, null, 100))
    await until(() => distinct(first.seen, second.seen) === 200, 'all two hundred')
  })

  it('given a handler at work, when another member joins, then the handler is told that the rest is another’s', async (t) => {
    const { bus, topic, consume, group } = scratch(t, createBus)
    const name = await topic(2)
    await bus.send(numbered(name, 20))
    const shared = group()
    let told = false
    let busy = false
    await consume({
      topics: [name],
      group: shared,
      onRecords: async ({ isCurrent }) => {
        busy = true
        if (!told) await until(() => !isCurrent(), 'the word that it is over')
        told = true
      },
    })
    await until(() => busy, 'a handler at work')
    const second = await consume({ topics: [name], group: shared })
    assert.ok(told)
    await until(() => second.seen.length > 0, 'records that were not done come to the new member')
  })
}

const distinct = (...seen: LogRecord[][]): number => new Set(seen.flatMap(valuesOf)).size
