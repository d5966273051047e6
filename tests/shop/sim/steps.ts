import type { EventName } from '../../../services/contracts/catalogue.ts'
import { setAvailable } from '../../../services/inventory/domain.ts'
import { type Answer, postCancel, postOrder } from './client.ts'
import { type Crash, consume, offer, retryPolicy } from './consume.ts'
import { serviceNames } from './models.ts'
import { commitOffsets, rejoin, restart } from './processes.ts'
import { emissionRow, publishEvent, publishPoison } from './publish.ts'
import { relay, relayTurns } from './relay.ts'
import { retry } from './retry.ts'
import type { Entry, Instance, Service, World } from './world.ts'

/** Draws the arguments of one step out of its number: 0 gives the first of everything, so shrinking a schedule makes it plainer. */
type Draw = (choices: number) => number

const drawFrom = (n: number): Draw => {
  let left = n
  return (choices) => {
    const choice = left % choices
    left = Math.floor(left / choices)
    return choice
  }
}

const someService = (world: World, draw: Draw): Service => world.services[serviceNames[draw(serviceNames.length)]!]
const someInstance = (service: Service, draw: Draw): Instance => service.instances[draw(2) as 0 | 1]
const maxOrders = 8

const answers: readonly Answer[] = ['answered', 'answered', 'answered', 'dies-before-commit', 'dies-before-answer']
const poisoned: readonly EventName[] = [
  'order-created',
  'payment-success',
  'order-cancelled',
  'stock-reserved',
  'stock-failed',
]

/** Places an order, or says the same thing again with the key of an earlier one, as a client does that got no answer. */
const post = (world: World, draw: Draw): void => {
  const again = draw(4) === 3 && world.client.posts > 0
  const answer = answers[draw(answers.length)]!
  const declined = draw(4) === 3
  const [productId, quantity] = [['201', '202'][draw(2)]!, 1 + draw(3)]
  const instance = someInstance(world.services.order, draw)
  if (!again && world.orderIds >= maxOrders) return
  const key = again ? draw(world.client.posts) : world.client.posts++
  postOrder(world, instance, `k${key}`, { productId, quantity, declined }, answer)
}

const cancelSome = (world: World, draw: Draw): void => {
  const ids = [...world.tables.orders.keys()]
  if (ids.length > 0) postCancel(world, someInstance(world.services.order, draw), ids[draw(ids.length)]!)
}

/** The next records of one source, or of all: what one fetch brings, and where the reader is afterwards. */
const fetch = (world: World, service: Service, instance: Instance, source: number, limit: number) => {
  const { sources } = service.model
  const entries: Entry[] = []
  const after = [...instance.positions]
  for (let i = 0; i < sources.length; i++) {
    if (source < sources.length && i !== source) continue
    const log = world.logs[sources[i]!]!
    const end = Math.min(log.length, after[i]! + limit)
    while (after[i]! < end) entries.push(log[after[i]!++]!)
  }
  return { entries, after }
}

/** One fetch through one instance. Returns whether there was anything to do. */
export const deliver = (
  world: World,
  service: Service,
  instance: Instance,
  source: number,
  limit: number,
  crash: Crash,
): boolean => {
  const { entries, after } = fetch(world, service, instance, source, limit)
  if (entries.length === 0) return false
  if (world.bugs.commitsOffsetFirst) {
    instance.positions = after
    commitOffsets(service, instance)
  }
  if (consume(world, service, instance, entries, crash)) instance.positions = after
  return true
}

const crashes: readonly Crash[] = ['never', 'never', 'never', 'before-commit', 'after-commit']

const deliverSome = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  const crash = crashes[draw(crashes.length)]!
  const limit = 1 + draw(5)
  const source = service.model.sources.length - draw(service.model.sources.length + 1)
  const instance = someInstance(service, draw)
  deliver(world, service, instance, source, limit, crash)
}

const relaySome = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  const turn = relayTurns[draw(relayTurns.length)]!
  relay(world, service, someInstance(service, draw), turn)
}

/** Everybody does what there is to do, once: the quick way to the middle of a saga. */
const bustle = (world: World): void => {
  for (const name of serviceNames) {
    const service = world.services[name]
    deliver(world, service, service.instances[0], service.model.sources.length, 8, 'never')
    relay(world, service, service.instances[0], 'send-and-mark')
  }
}

const commitSome = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  const instance = someInstance(service, draw)
  commitOffsets(service, instance)
  world.history?.push({ t: world.now, who: instance.name, what: 'commits its offsets' })
}

const rewind = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  const source = draw(service.committed.length)
  service.committed[source] = Math.max(0, service.committed[source]! - 1 - draw(4))
  for (const instance of service.instances) rejoin(service, instance)
  world.history?.push({ t: world.now, who: 'nemesis', what: `rewinds ${service.model.name}, both instances join anew` })
}

const rejoinSome = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  const instance = someInstance(service, draw)
  rejoin(service, instance)
  world.history?.push({ t: world.now, who: instance.name, what: 'joins its group anew' })
}

const crashSome = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  restart(world, service, someInstance(service, draw))
}

const republish = (world: World, draw: Draw): void => {
  const log = world.logs[draw(world.logs.length)]!
  const entry = log[draw(Math.max(1, log.length))]
  if (entry?.parsed.ok) publishEvent(world, entry.parsed.event, entry.row, 'nemesis')
}

const failHandler = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  const ids = [...world.tables.orders.keys()]
  if (ids.length === 0) return
  const orderId = ids[draw(ids.length)]!
  const times = [1, 2, 4, 9][draw(4)]!
  service.failing.set(orderId, times)
  world.history?.push({ t: world.now, who: 'nemesis', what: `lets ${service.model.name} fail ${times} times`, orderId })
}

/** A service whose handler fails for everybody while the retrier runs out of tries: what it reads ends among the dead letters. */
const outage = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  const instance = someInstance(service, draw)
  for (const orderId of world.tables.orders.keys()) service.failing.set(orderId, 99)
  world.history?.push({
    t: world.now,
    who: 'nemesis',
    what: `lets ${service.model.name} fail until all tries are used up`,
  })
  deliver(world, service, instance, service.model.sources.length, 8, 'never')
  for (let round = 0; round <= retryPolicy.retries; round++) {
    world.now += 10_000
    retry(world, service, instance)
  }
  service.failing.clear()
  if (draw(2) === 1) restart(world, service, instance)
}

const retrySome = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  const rounds = 1 + 3 * draw(2)
  const instance = someInstance(service, draw)
  for (let i = 0; i < rounds; i++) {
    world.now += rounds === 1 ? 100 : 10_000
    retry(world, service, instance)
  }
}

const poisonSome = (world: World, draw: Draw): void =>
  publishPoison(world, poisoned[draw(poisoned.length)]!, `o${draw(maxOrders)}`, draw(4))

/** Old inbox rows go, and then the whole log comes again: only what the tables say can keep effects from happening twice. */
const pruneAndReplay = (world: World, draw: Draw): void => {
  const service = someService(world, draw)
  service.inbox.clear()
  service.seen.prunes++
  service.committed.fill(0)
  for (const instance of service.instances) rejoin(service, instance)
  world.history?.push({
    t: world.now,
    who: 'nemesis',
    what: `prunes the inbox of ${service.model.name} and replays its topics`,
  })
}

/** PUT /api/stock/:id, by somebody who counts goods in and out; the process may die before its answer. */
const putStock = (world: World, draw: Draw): void => {
  const id = ['201', '202'][draw(2)]!
  const stock = world.tables.stocks.get(id)!
  const available = [stock.available + 1, 0, stock.available + 4][draw(3)]!
  const service = world.services.inventory
  const instance = someInstance(service, draw)
  const { state, emit } = setAvailable(stock, available)
  world.tables.stocks.set(id, state)
  world.restocked[id] = world.restocked[id]! + available - stock.available
  const rows = emit.map((emission) => emissionRow(world, 'inventory', instance.index, emission, null))
  service.outbox.push(...rows)
  if (draw(2) === 1) restart(world, service, instance, 'dies before the answer to a PUT')
  else offer(instance, rows)
}

/** Ordered from harmless to harmful; what stands here more often happens more often. */
const steps: readonly ((world: World, draw: Draw) => void)[] = [
  post,
  bustle,
  deliverSome,
  relaySome,
  cancelSome,
  commitSome,
  post,
  deliverSome,
  relaySome,
  deliverSome,
  relaySome,
  bustle,
  post,
  retrySome,
  rejoinSome,
  crashSome,
  rewind,
  republish,
  failHandler,
  poisonSome,
  putStock,
  pruneAndReplay,
  deliverSome,
  relaySome,
  retrySome,
  failHandler,
  putStock,
  crashSome,
  outage,
  pruneAndReplay,
  outage,
]

export const maxStep = 2 ** 22

/** Does what one number of a schedule stands for. Every number stands for something; what cannot be done now does nothing. */
export const step = (world: World, n: number): void => {
  world.now += 1
  const draw = drawFrom(n)
  steps[draw(steps.length)]!(world, draw)
}
