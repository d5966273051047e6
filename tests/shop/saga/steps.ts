import { cancel, place } from '../../../services/order/domain.ts'
import { follow, type Led } from '../../../services/order/saga/lead.ts'
import type { Saga } from '../../../services/order/saga/machine.ts'
import { advance } from '../../../services/shipping/domain.ts'
import type { Machine } from './models.ts'
import { type Emission, handle, publish, type Service, type Stream, transact, unread, type World } from './world.ts'

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
const pick = <T>(items: readonly T[], draw: Draw): T | undefined => items[draw(Math.max(1, items.length))]
const some = <T>(items: readonly T[], draw: Draw): T => items[draw(items.length)]!

export const mostOrders = 4
export const tries = 3

const placeOne = (world: World, draw: Draw, machine: Machine): void => {
  const fate = some(['', '', 'd', 'f'], draw)
  const isLed = draw(3) < 2
  const data = {
    orderId: `o${world.placed}${fate}`,
    productId: some(['201', '202'], draw),
    quantity: 1 + draw(3),
    amount: 10,
    ...(isLed ? { saga: 'orchestration' as const } : {}),
  }
  if (world.placed >= mostOrders) return
  world.placed += 1
  transact(world, 'order', data.orderId, null, () => {
    const { state: order, emit } = place(data)
    const begun = isLed ? machine.begin(data) : { state: undefined, emit: [] }
    world.tables.led.set(data.orderId, { order, saga: begun.state })
    return [...emit, ...begun.emit]
  })
}

/** By a timer or a person, not by an event: moves the saga, and the order with it. */
export const move = (world: World, orderId: string, by: (saga: Saga) => ReturnType<Machine['onDeadline']>): void => {
  const led = world.tables.led.get(orderId)
  if (led?.order === undefined || led.saga === undefined) return
  const { order, saga } = led
  const moved = by(saga)
  if (moved.state !== saga) transact(world, 'order', orderId, null, () => write(world, orderId, follow(order, moved)))
}

const write = (world: World, orderId: string, decision: { state: Led; emit: readonly Emission[] }) => {
  world.tables.led.set(orderId, decision.state)
  return decision.emit
}

const ids = ({ tables }: World): string[] => [...tables.led.keys()]

const cancelOne = (world: World, draw: Draw, machine: Machine): void => {
  const orderId = pick(ids(world), draw)
  const led = world.tables.led.get(orderId ?? '')
  if (orderId === undefined || led?.order === undefined) return
  const { order, saga } = led
  if (saga !== undefined) {
    move(world, orderId, (one) => machine.giveUp(one, 'by the customer'))
    return
  }
  transact(world, 'order', orderId, null, () => {
    const { state, emit } = cancel(order, 'by the customer')
    return write(world, orderId, { state: { order: state, saga: undefined }, emit })
  })
}

const deadline = (world: World, draw: Draw, machine: Machine): void =>
  move(world, pick(ids(world), draw) ?? '', (saga) => machine.onDeadline(saga, tries))

const operate = (world: World, draw: Draw, machine: Machine): void => {
  const act = draw(3) < 2 ? machine.retry : (saga: Saga) => machine.abandon(saga, 'by the operator')
  move(world, pick(ids(world), draw) ?? '', act)
}

const carry = (world: World, draw: Draw): void => {
  const shipment = pick([...world.tables.shipments.values()], draw)
  if (shipment === undefined) return
  transact(world, 'shipping', shipment.orderId, null, () => {
    const { state, emit } = advance(shipment, 0, null)
    world.tables.shipments.set(state.orderId, state)
    return emit
  })
}

const readOne = (world: World, service: Service, stream: Stream): void => {
  const at = service.positions.get(stream.name) ?? 0
  service.positions.set(stream.name, at + 1)
  handle(world, service, stream.records[at]!)
}

const isOfSaga = ({ topic }: Stream): boolean => topic.includes('.saga.')

/** Reads one record. It may die after the commit and read it again; fail for good and put the record aside; or lose it, where the saga asks again. */
const deliver = (world: World, draw: Draw): void => {
  const how = some(['read', 'read', 'read', 'read', 'dies', 'aside', 'aside', 'lost', 'lost'] as const, draw)
  const service = some(world.services, draw)
  const stream = pick(unread(world, service), draw)
  if (service.down || stream === undefined) return
  const at = service.positions.get(stream.name) ?? 0
  if (how === 'read' || how === 'dies') readOne(world, service, stream)
  if (how === 'dies') service.positions.set(stream.name, at)
  if (how === 'aside' || (how === 'lost' && isOfSaga(stream))) service.positions.set(stream.name, at + 1)
  if (how === 'aside') world.letters.push({ service, event: stream.records[at]! })
  if (how !== 'read') world.story.push(`${service.model.name} ${how} at ${stream.records[at]!.eventId}`)
}

const relay = (world: World, draw: Draw): void => {
  const service = some(world.services, draw)
  const isMarked = draw(4) !== 3
  let left = 1 + draw(3)
  for (const row of service.outbox) {
    if (row.sent || left-- <= 0) continue
    publish(world, row.event)
    row.sent = isMarked
    if (!isMarked) return
  }
}

/** These do what there is to do, once: the quick way to the middle of a saga. */
export const bustle = (world: World, services: readonly Service[] = world.services): boolean => {
  let busy = false
  for (const service of services) {
    if (service.down) continue
    for (const row of service.outbox) {
      if (row.sent) continue
      busy = row.sent = true
      publish(world, row.event)
    }
    for (const stream of unread(world, service)) {
      busy = true
      readOne(world, service, stream)
    }
  }
  return busy
}

/** Puts a dead letter back in the hands of the one who could not handle it: it has been overtaken by then. */
export const sendAgain = (world: World, draw: Draw): void => {
  const letter = pick(world.letters, draw)
  if (letter === undefined || letter.service.down) return
  world.letters.splice(world.letters.indexOf(letter), 1)
  handle(world, letter.service, letter.event)
}

const rewind = (world: World, draw: Draw): void => {
  const service = some(world.services, draw)
  if (draw(2) === 1) service.inbox.clear()
  for (const [name, at] of service.positions) service.positions.set(name, Math.max(0, at - 1 - draw(3)))
  world.story.push(`${service.model.name} reads again, ${service.inbox.size} in its inbox`)
}

const outage = (world: World, draw: Draw): void => {
  const service = some(world.services, draw)
  service.down = !service.down
  if (draw(4) === 3) world.gone = some(world.services, draw).model.name
}

const bustleSome = (world: World, draw: Draw): void => {
  const rounds = 1 + draw(6)
  const idle = draw(2) * draw(2 ** world.services.length)
  const busy = world.services.filter((_, i) => (idle & (1 << i)) === 0)
  for (let round = 0; round < rounds; round++) bustle(world, busy)
}

/** The undo overtakes its step: the command is put aside where it arrives, and the customer leaves. */
const overtake = (world: World, draw: Draw, machine: Machine): void => {
  bustle(world, world.services.slice(0, 1))
  const participants = world.services.slice(1).filter((service) => !service.down)
  const waiting = participants.flatMap((service) =>
    unread(world, service).flatMap((stream) => (isOfSaga(stream) ? [{ service, stream }] : [])),
  )
  const hit = pick(waiting, draw)
  if (hit === undefined) return
  const at = hit.service.positions.get(hit.stream.name) ?? 0
  hit.service.positions.set(hit.stream.name, at + 1)
  world.letters.push({ service: hit.service, event: hit.stream.records[at]! })
  move(world, hit.stream.orderId, (saga) => machine.giveUp(saga, 'by the customer'))
}

/** The customer leaves while the answer is on its way, and the parcel too. */
const leaveLate = (world: World, draw: Draw, machine: Machine): void => {
  const [order, ...participants] = world.services
  bustle(world, [order!])
  bustle(world, participants)
  if (draw(2) === 1) carry(world, draw)
  cancelOne(world, draw, machine)
}

/** Ordered from harmless to harmful; what stands here more often happens more often. */
const steps: readonly ((world: World, draw: Draw, machine: Machine) => void)[] = [
  placeOne,
  bustleSome,
  deliver,
  relay,
  placeOne,
  bustleSome,
  deadline,
  bustleSome,
  deliver,
  cancelOne,
  carry,
  bustleSome,
  sendAgain,
  deliver,
  relay,
  cancelOne,
  deadline,
  operate,
  bustleSome,
  carry,
  overtake,
  leaveLate,
  sendAgain,
  overtake,
  leaveLate,
  rewind,
  outage,
  operate,
]

export const maxStep = 2 ** 22

export const step = (world: World, n: number, machine: Machine): void => {
  const draw = drawFrom(n)
  steps[draw(steps.length)]!(world, draw, machine)
}
