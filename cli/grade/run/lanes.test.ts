import assert from 'node:assert/strict'
import os from 'node:os'
import { test } from 'node:test'
import { idleShare, inLanes, type Lanes, type Spare } from './lanes.ts'

/** Pieces of work that end when the test says so, and a machine that is idle when the test says so. */
function workshop() {
  const open = new Map<number, () => void>()
  const begun: number[] = []
  let idle: ((quiet: boolean) => void) | undefined
  const spare: Spare = (signal) =>
    new Promise((resolve) => {
      idle = resolve
      if (signal.aborted) resolve(false)
      signal.addEventListener('abort', () => resolve(false), { once: true })
    })
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    begun,
    spare,
    work: (one: number) => {
      begun.push(one)
      return new Promise<void>((resolve) => open.set(one, resolve))
    },
    end: async (one: number) => {
      open.get(one)?.()
      open.delete(one)
      await turn()
    },
    quiet: async () => {
      idle?.(true)
      await turn()
    },
    endAll: async () => {
      while (open.size > 0) {
        for (const [one, done] of [...open]) {
          open.delete(one)
          done()
        }
        await turn()
      }
    },
  }
}

const TWO: Lanes = { base: 2, most: 2 }
const signal = new AbortController().signal

test('given two lanes, when one piece ends, then the next begins, and never more than two are at work', async () => {
  const { work, begun, end, endAll, spare } = workshop()
  const done = inLanes(TWO, [1, 2, 3, 4], work, { signal, spare })
  assert.deepEqual(begun, [1, 2])
  await end(2)
  assert.deepEqual(begun, [1, 2, 3])
  await endAll()
  await done
  assert.deepEqual(begun, [1, 2, 3, 4])
})

test('given pieces that only wait, when the machine is quiet, then more begin, one after each quiet while, up to the most', async () => {
  const { work, begun, quiet, endAll, spare } = workshop()
  const done = inLanes({ base: 1, most: 3 }, [1, 2, 3, 4, 5], work, { signal, spare })
  assert.deepEqual(begun, [1])
  await quiet()
  assert.deepEqual(begun, [1, 2])
  await quiet()
  await quiet()
  assert.deepEqual(begun, [1, 2, 3])
  await endAll()
  await done
  assert.deepEqual(begun, [1, 2, 3, 4, 5])
})

test('given an interrupt, when pieces end, then no other begins, also on a quiet machine', async () => {
  const { work, begun, quiet, endAll, spare } = workshop()
  const stop = new AbortController()
  const done = inLanes({ base: 1, most: 3 }, [1, 2, 3], work, { signal: stop.signal, spare })
  stop.abort()
  await quiet()
  await endAll()
  await done
  assert.deepEqual(begun, [1])
})

test('given a piece that fails in a lane beside, then that is told, and the machine is not watched any longer', async () => {
  const work = async (one: number) => {
    if (one === 2) throw new Error('the disk is full')
  }
  await assert.rejects(inLanes({ base: 1, most: 2 }, [1, 2], work, { signal, spare: async () => true }), /disk is full/)
})

test('given looks at the cores, then the share of idle time is that between them', () => {
  const core = (idle: number, user: number) => ({ times: { user, nice: 0, sys: 0, idle, irq: 0 } })
  assert.equal(idleShare([core(100, 100), core(0, 0)], [core(150, 150), core(100, 0)]), 0.75)
  assert.equal(idleShare([core(1, 1)], [core(1, 1)]), 0)
  const cores = os.cpus()
  assert.ok(
    idleShare(
      cores.map(({ times }) => ({ times: { ...times, idle: times.idle - 1_000 } })),
      cores,
    ) === 1,
  )
})
