import { z } from 'zod'
import type { Bus } from '../../../kit/kafka/bus.ts'
import type { FaultPort, LetterPlace, ShopPorts } from '../../../web/hub/ports.ts'
import type { FaultView } from '../../../web/hub/protocol.ts'
import { LabError } from '../../command.ts'
import { listDeadLetterTopics, readDeadLetters, replayEdited, replayOne } from '../../topics/dead-letters.ts'
import { planRewind, rewind } from '../../topics/rewind.ts'
import { orderDesk } from '../door.ts'
import type { FaultDesk, FaultState } from '../faults/fault-desk.ts'
import { toggleOf } from '../faults/toggles.ts'
import { startTap } from '../tap.ts'
import type { ShownShop } from './shown-shop.ts'

/** What comes within the half of a frame is drawn in the same frame. */
const HALF_A_FRAME_MS = 25

/** What the hub may ask of a shop, done with what the lab's own commands stand on. */
export function shopPorts(bus: Bus, shop: ShownShop): { ports: ShopPorts; takeFaults: (desk: FaultDesk) => void } {
  const faults = lateFaults(shop.model.services.map(({ name }) => name))
  const ports: ShopPorts = {
    bus,
    instances: () => shop.instances(),
    startTap: (options) => startTap(bus, { name: 'lab-hub', restMs: HALF_A_FRAME_MS, ...options }),
    placeOrder: (order) => placeOrder(shop, order),
    deadLetters: (topic) => deadLetters(bus, topic),
    replay: (place, editedValue) => replay(bus, place, editedValue),
    scale: shop.scale,
    rewind: shop.whileStopped === null ? null : (group, topic) => rewindGroup(bus, shop, group, topic),
    faults: faults.port,
    deeds: shop.deeds?.(() => bus) ?? null,
  }
  return { ports, takeFaults: faults.use }
}

async function placeOrder(shop: ShownShop, order: Parameters<ShopPorts['placeOrder']>[0]) {
  const running = shop.instances().filter(({ runs }) => runs)
  const door = shop.door?.() ?? null
  const at = running.find(({ service }) => service === (door === null ? 'order' : 'gateway'))
  if (at === undefined) throw new LabError('no-shop', 'The order service does not run.', 'Start it first.')
  const desk = orderDesk(door ?? { orders: at.url, authorize: undefined }, 1)
  try {
    const { status, body } = await desk.place(JSON.stringify({ ...order, userId: 'dashboard' }))
    return { status, orderId: idIn(body) }
  } finally {
    desk.close()
  }
}

function idIn(body: string): string | null {
  try {
    const { orderId } = JSON.parse(body) as { orderId?: unknown }
    return typeof orderId === 'string' ? orderId : null
  } catch {
    return null
  }
}

async function deadLetters(bus: Bus, wanted: string | null) {
  const kept = (await listDeadLetterTopics(bus)).filter(
    ({ topic, kept: count }) => count > 0n && (wanted ?? topic) === topic,
  )
  return (await Promise.all(kept.map(({ topic }) => readDeadLetters(bus, topic)))).flat()
}

async function replay(bus: Bus, { topic, partition, offset }: LetterPlace, editedValue: string | null) {
  const letters = await deadLetters(bus, topic)
  const letter = letters.find(({ record }) => record.partition === partition && String(record.offset) === offset)
  if (letter === undefined) return { to: null, trouble: 'There is no such dead letter any more.', group: null }
  const { to, trouble } =
    editedValue === null ? await replayOne(bus, letter) : await replayEdited(bus, letter, editedValue)
  return { to, trouble, group: letter.reason?.group ?? null }
}

async function rewindGroup(bus: Bus, shop: ShownShop, group: string, topic: string): Promise<number> {
  const service = shop.model.services.find((one) => one.group === group)?.name
  if (service === undefined || shop.whileStopped === null) {
    throw new LabError('usage', `${group} is no group of this shop.`, "'lab lag' lists those that exist.")
  }
  return shop.whileStopped(service, async () => {
    const moves = await planRewind(bus, group, topic, { kind: 'earliest' })
    await rewind(bus, group, topic, moves)
    return moves.reduce((sum, { again }) => sum + Math.max(0, Number(again)), 0)
  })
}

/** The desk as the page sees it, from the moment that the shop has one. */
function lateFaults(services: readonly string[]): { port: FaultPort; use: (desk: FaultDesk) => void } {
  let desk: FaultDesk | null = null
  const listeners = new Set<() => void>()
  const there = (): FaultDesk => {
    if (desk === null) throw new LabError('not-ready', 'The shop is still starting.', 'Try again in a moment.')
    return desk
  }
  const port: FaultPort = {
    list: async () => (desk === null ? [] : (await desk.list()).map((state) => viewOf(state, services))),
    inject: async (id, settings) => void (await there().inject(id, settings)),
    mend: (id) => there().mend(id),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const use = (given: FaultDesk): void => {
    desk = given
    given.onChange(() => {
      for (const listener of listeners) listener()
    })
  }
  return { port, use }
}

/** `null` for what is absent, and the settings' schema to draw a form from; of services, it offers those that the shop has. */
function viewOf(state: FaultState, services: readonly string[]): FaultView {
  const { reason, since, mendsAt, seed } = state
  const toggle = toggleOf(state.id)
  const schema = toggle === undefined ? {} : offering(services, z.toJSONSchema(toggle.settings, { io: 'input' }))
  const open = { reason: reason ?? null, since: since ?? null, mendsAt: mendsAt ?? null, seed: seed ?? null }
  return { ...state, ...open, schema }
}

function offering(services: readonly string[], schema: z.core.JSONSchema.JSONSchema) {
  const { properties } = schema
  const service = properties?.service
  if (typeof service !== 'object' || service.enum === undefined) return schema
  const there = service.enum.filter((name) => services.includes(String(name)))
  return { ...schema, properties: { ...properties, service: { ...service, enum: there } } }
}
