import { take } from './consume.ts'
import { restart } from './processes.ts'
import { publishRow } from './publish.ts'
import type { Instance, Service, World } from './world.ts'

export type RelayTurn =
  | 'send-and-mark'
  | 'send'
  | 'mark'
  | 'die-before-send'
  | 'die-before-mark'
  | 'fail-half-way'
  | 'adopt'
export const relayTurns: readonly RelayTurn[] = [
  'send-and-mark',
  'send',
  'mark',
  'die-before-send',
  'die-before-mark',
  'fail-half-way',
  'adopt',
]

/** The table is read only when nothing waits in memory, as kit/service/relay.ts does it. */
const read = (world: World, service: Service, instance: Instance): void => {
  if (instance.waiting.length > 0 || world.bugs.ignoresTableAfterCrash) return
  take(
    instance,
    service.outbox.filter(({ sent, owner }) => !sent && owner === instance.index),
  )
  instance.behind = false
}

const send = (world: World, instance: Instance, count: number): void => {
  const rows = instance.waiting.splice(0, count)
  for (const row of rows) {
    publishRow(world, row, instance.name)
    instance.unmarked.push(row)
  }
}

const mark = (instance: Instance): void => {
  for (const row of instance.unmarked) {
    row.sent = true
    instance.known.delete(row.id)
  }
  instance.unmarked = []
}

/** The process of the other instance is taken for gone; if it is not, both publish the same rows. */
const adopt = (service: Service, instance: Instance): void => {
  if (instance.waiting.length > 0) return
  for (const row of service.outbox) if (!row.sent) row.owner = instance.index
}

/** Some of the batch got through, the ack did not: the client cannot tell which, so all of it stays waiting. */
const failHalfWay = (world: World, instance: Instance): void => {
  const half = Math.ceil(instance.waiting.length / 2)
  for (const row of instance.waiting.slice(0, half)) publishRow(world, row, instance.name)
  world.history?.push({ t: world.now, who: instance.name, what: 'gets no ack for a batch' })
  if (world.bugs.marksFailedSends) {
    instance.unmarked.push(...instance.waiting.splice(0))
    mark(instance)
  }
}

export const relay = (world: World, service: Service, instance: Instance, turn: RelayTurn): void => {
  if (turn === 'mark') {
    mark(instance)
    return
  }
  if (turn === 'adopt') adopt(service, instance)
  read(world, service, instance)
  if (world.bugs.marksBeforeSend) for (const row of instance.waiting) row.sent = true
  if (turn === 'fail-half-way') failHalfWay(world, instance)
  else if (turn === 'die-before-send') restart(world, service, instance, 'dies before it sends')
  else {
    send(world, instance, instance.waiting.length)
    if (turn === 'die-before-mark') restart(world, service, instance, 'dies between send and mark')
    else if (turn !== 'send') mark(instance)
  }
}
