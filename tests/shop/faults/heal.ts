import { groupOf } from '../../../services/contracts/catalogue.ts'
import { lagOf } from './collect.ts'
import { openReader, type Reader } from './databases.ts'
import { type Rig, services } from './rig.ts'
import { waitFor } from './wait.ts'

/** No more faults, and every process runs. Resolves when all have joined their groups. */
export const heal = async (rig: Rig): Promise<void> => {
  await rig.broker.thaw()
  await Promise.all(
    rig.places.map(async (place) => {
      await rig.fleet.kill(place.service, place.instance, 'SIGCONT')
      if (rig.isDown(place)) await rig.fleet.restart(place.service, place.instance)
    }),
  )
  await rig.fleet.waitReady()
  rig.journal.write('nemesis', 'heal', 'info')
}

const DRAIN_MS = 60_000

const count = async (reader: Reader, sql: string): Promise<number> => Number((await reader.rows(sql))[0]!.n)

/** What is not done yet, in words; empty when the shop is quiet. */
export const unfinished = async (rig: Rig): Promise<string[]> => {
  const open: string[] = []
  for (const service of services) {
    const reader = await openReader(rig.databaseOf(service))
    try {
      const unsent = await count(reader, 'select count(*) as n from outbox where sent_at is null')
      const parked = await count(reader, 'select count(*) as n from parked')
      if (unsent > 0) open.push(`${service}: ${unsent} outbox rows are unsent`)
      if (parked > 0) open.push(`${service}: ${parked} events are parked`)
    } finally {
      await reader.close()
    }
    const lag = await lagOf(rig, groupOf(service))
    if (lag > 0) open.push(`${service}: ${lag} records are unread`)
  }
  return open
}

export const pendingOrders = async (rig: Rig): Promise<number> => {
  const reader = await openReader(rig.databaseOf('order'))
  try {
    return await count(reader, "select count(*) as n from orders where status = 'PENDING'")
  } finally {
    await reader.close()
  }
}

/** Resolves to the ms until every order had ended; then waits until nothing is left to do anywhere. At the deadline it gives up and the judge sees what is left. */
export const drain = async (rig: Rig, deadlineMs = DRAIN_MS): Promise<{ readonly endedMs: number | null }> => {
  const from = performance.now()
  const ended = await waitFor('all orders ended', async () => (await pendingOrders(rig)) === 0, {
    deadlineMs,
    everyMs: 15,
  }).then(
    () => Math.round(performance.now() - from),
    () => null,
  )
  await waitFor('nothing is left to do', async () => (await unfinished(rig)).length === 0, {
    deadlineMs: ended === null ? 1_000 : deadlineMs,
    everyMs: 200,
  }).catch(() => undefined)
  return { endedMs: ended }
}
