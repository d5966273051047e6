import path from 'node:path'
import type { Bus } from '../../kit/kafka/bus.ts'
import type { ShopSize } from '../../services/contracts/catalogue.ts'
import { ensureBroker, type LabBroker, stopBroker } from '../broker/lab-broker.ts'
import { type Context, LabError } from '../command.ts'
import { columns } from '../terminal/columns.ts'
import { whileWaiting } from '../terminal/progress.ts'
import { interrupted, onBus } from './connect.ts'
import { type Dashboard, type DashboardWish, startDashboard } from './dashboard/dashboard.ts'
import { shownFleet } from './dashboard/shown-fleet.ts'
import { type Door, doorOf, orderDesk } from './door.ts'
import { fleetShop } from './faults/fleet-shop.ts'
import { type HostedDesk, hostDesk, newToken } from './faults/host.ts'
import { breakableBroker } from './faults/own-broker.ts'
import { type Fleet, startFleet } from './fleet.ts'
import type { Second } from './follow-orders.ts'
import { createJsonClient } from './http-client.ts'
import { endServices, findShop } from './leftovers.ts'
import type { Exit } from './process.ts'
import { ensureSecrets, secretFileOf } from './secrets.ts'
import { type Outcome, type Story, tellStory } from './story.ts'
import { watchOrders } from './watch.ts'
import { wholeShop } from './whole-shop.ts'

export interface DemoOptions {
  /** Default of the command: the whole shop. */
  readonly size: ShopSize
  /** Sample orders placed at the start. */
  readonly orders: number
  readonly failRate: number
  /** productId → units, set anew at the start; undefined: go on with what is there. */
  readonly stock: Readonly<Record<string, number>> | undefined
  /** Leave the broker running. */
  readonly keep: boolean
  /** Null: no dashboard. */
  readonly dashboard: DashboardWish | null
}

/** Nine programs start beside each other, perhaps on two slow cores. */
const READY_MS = 60_000

/** As many lines a second as a reader can follow. */
const LINES_A_SECOND = 10

/** Broker and shop, from start to Ctrl-C. What it started is stopped again, also when something on the way fails. */
export async function runDemo(ctx: Context, options: DemoOptions): Promise<void> {
  const broker = await ensureBroker(ctx)
  try {
    await refuseSecondShop(ctx)
    await runWithDashboard(ctx, options, broker)
  } finally {
    if (broker.started && !options.keep) {
      await stopBroker(ctx)
      ctx.err.line(ctx.paint.faint('Kafka is down; its topics are kept.'))
    }
  }
}

export function shopFileOf(ctx: Context): string {
  return path.join(ctx.stateDir, 'shop.json')
}

async function refuseSecondShop(ctx: Context): Promise<void> {
  const found = await findShop(shopFileOf(ctx))
  if (found === undefined) return
  if (!found.orphaned) {
    throw new LabError(
      'shop-runs',
      `The shop runs already: process ${found.record.pid} started it.`,
      "Use that one ('lab order', 'lab status'), or stop it with Ctrl-C where it was started.",
    )
  }
  const ended = await endServices(shopFileOf(ctx))
  ctx.err.line(`Ended what an earlier run had left behind: ${ended.join(', ')}.`)
}

/** The dashboard comes first, so that it sees the shop come up, and goes last, so that it sees it close. */
async function runWithDashboard(ctx: Context, options: DemoOptions, broker: LabBroker): Promise<void> {
  if (options.dashboard === null) return runShop(ctx, options, broker, null)
  const shown = shownFleet(broker, options.size === 'whole' ? ensureSecrets(ctx.stateDir) : null)
  const dashboard = await startDashboard(ctx, options.dashboard, shown.shop)
  try {
    await runShop(ctx, options, broker, { ...dashboard, show: shown.use })
  } finally {
    await dashboard.close()
  }
}

/** The same `curl` places an order in both shops; through the gateway nobody comes without a token. */
const LAPTOP = { LOCAL_GUESTS: 'yes' }

interface ShownBy extends Dashboard {
  readonly show: (fleet: Fleet) => void
}

async function runShop(
  ctx: Context,
  options: DemoOptions,
  broker: LabBroker,
  dashboard: ShownBy | null,
): Promise<void> {
  const brokers = broker.brokers.split(',')
  const token = newToken()
  let desk: HostedDesk | null = null
  const fleet = await startFleet({
    brokers,
    dir: path.join(ctx.stateDir, 'data'),
    logDir: path.join(ctx.stateDir, 'logs'),
    shopFile: shopFileOf(ctx),
    ...(options.size === 'whole'
      ? { services: wholeShop(ensureSecrets(ctx.stateDir), { ...LAPTOP, ...ctx.env }) }
      : {}),
    env: { ...environment(options), ...dashboard?.env, CONTROL_TOKEN: token },
    signal: ctx.signal,
    onPort: (name, wanted, taken) =>
      ctx.err.line(`Port ${wanted} is another program's; ${name} listens on ${taken} instead.`),
    onExit: (exit) => tellExit(ctx, exit),
  })
  try {
    dashboard?.show(fleet)
    desk = await hostDesk(ctx, fleetShop(fleet, { brokers, token, broker: breakableBroker(ctx, broker) }))
    dashboard?.takeFaults(desk.desk)
    await whileWaiting(ctx, `Starting the ${fleet.services.length} services`, fleet.waitReady(READY_MS))
    await onBus(ctx, brokers, (bus) => show(ctx, options, { broker, fleet, bus, dashboard }))
  } catch (error) {
    if (!ctx.signal.aborted) throw error
  } finally {
    await desk?.close()
    await tellStop(ctx, fleet)
  }
}

function environment({ failRate, stock }: DemoOptions): Record<string, string> {
  const shelf = stock === undefined ? {} : { STOCK: JSON.stringify(stock), STOCK_LOAD: 'always' }
  return { PAYMENT_FAIL_RATE: String(failRate), ...shelf }
}

interface Running {
  readonly broker: LabBroker
  readonly fleet: Fleet
  readonly bus: Bus
  readonly dashboard: Dashboard | null
}

async function show(ctx: Context, options: DemoOptions, { broker, fleet, bus, dashboard }: Running): Promise<void> {
  const door = doorOf(fleet.services, secretFileOf(ctx.stateDir, 'lab'))
  tellPlaces(ctx, broker, fleet, await readStock(fleet.url('inventory'), door))
  const ended = Promise.withResolvers<void>()
  const watch = await watchOrders(bus, {
    urls: { order: fleet.url('order'), notification: fleet.url('notification') },
    ...{ size: options.size, authorize: door.authorize, perSecond: LINES_A_SECOND },
    onStory: (story, outcome) => printStory(ctx, story, outcome, options.size),
    onSecond: (second) => printSecond(ctx, second),
    onFatal: ended.reject,
  })
  try {
    await dashboard?.announce()
    await placeSamples(door, options.orders)
    if (!ctx.json) ctx.out.line(hint(ctx, door, fleet.url('order')))
    await Promise.race([interrupted(ctx.signal), ended.promise])
  } finally {
    await watch.stop()
  }
}

async function placeSamples(door: Door, count: number): Promise<void> {
  const desk = orderDesk(door, 1)
  try {
    for (let i = 1; i <= count; i++) {
      const quantity = 1 + ((i - 1) % 3)
      await desk.place(JSON.stringify({ userId: `sample-${i}`, productId: 201, quantity, amount: 750 * quantity }))
    }
  } finally {
    desk.close()
  }
}

interface Stock {
  readonly stock: readonly { readonly productId: string; readonly available: number }[]
}

async function readStock(url: string, { authorize }: Door): Promise<Stock['stock']> {
  const client = createJsonClient(url, 1, authorize)
  try {
    return (JSON.parse((await client.get('/api/stock')).body) as Stock).stock
  } finally {
    client.close()
  }
}

function tellPlaces(ctx: Context, { brokers, reason }: LabBroker, fleet: Fleet, stock: Stock['stock']): void {
  if (ctx.json) {
    ctx.out.json({ type: 'ready', brokers, services: fleet.services, stock })
    return
  }
  const { paint } = ctx
  const rows = fleet.services.map(({ name, url }) => [paint.good('●'), name, url, paint.faint(`${url}/docs`)])
  ctx.out.line(
    columns([[paint.good('●'), paint.strong('Kafka'), brokers, paint.faint(`taken because ${reason}`)], ...rows]),
  )
  const shelf = stock.map(({ productId, available }) => `${available} of product ${productId}`).join(', ')
  const refill = stock.some(({ available }) => available > 0) ? '' : " ('lab demo --stock 201=100' fills it)"
  ctx.out.line(`\nOn the shelf: ${shelf || 'nothing'}${refill}`)
}

function hint({ paint }: Context, { authorize }: Door, order: string): string {
  const body = `'{"productId":201,"quantity":2,"amount":1500}'`
  const curl = `curl -X POST ${order}/api/orders -H 'content-type: application/json' -d ${body}`
  const lab = `${paint.strong('node bin/lab.js order')}, in another terminal`
  return [
    '',
    // Behind the gateway a token is needed, which `lab order` asks for.
    ...(authorize === undefined
      ? [
          `Place an order:  ${paint.strong(curl)}`,
          `             or  ${lab}. Every order shows here. Ctrl-C stops everything.`,
        ]
      : [
          `Place an order:  ${lab}: through the gateway, as a customer with a token.`,
          `             or  ${paint.strong(curl)}: as a guest on this machine. Ctrl-C stops everything.`,
        ]),
    '',
  ].join('\n')
}

export function printStory(ctx: Context, story: Story, outcome: Outcome | null, size: ShopSize): void {
  if (ctx.json) ctx.out.json({ type: 'order', ...story, ...outcome })
  else ctx.out.line(tellStory(story, outcome, ctx.paint, size))
}

function printSecond(ctx: Context, second: Second): void {
  if (ctx.json) {
    ctx.out.json({ type: 'second', ...second })
    return
  }
  const { created, followed, confirmed, cancelled } = second
  if (created <= followed) return
  const ends = `${confirmed} confirmed, ${cancelled} cancelled in this second`
  ctx.out.line(ctx.paint.faint(`  ${followed} of ${created} orders shown · ${ends}`))
}

function tellExit(ctx: Context, { name, instance, code, signal, asked }: Exit): void {
  if (asked || ctx.signal.aborted) return
  if (ctx.json) {
    ctx.out.json({ type: 'exit', name, instance, code, signal })
    return
  }
  const how = signal === null ? `exit code ${code}` : signal
  ctx.out.line(ctx.paint.bad(`${name} ended (${how}): its orders wait. 'lab logs ${name}' shows what it said last.`))
}

async function tellStop(ctx: Context, fleet: Fleet): Promise<void> {
  const exits = await whileWaiting(ctx, 'Stopping the services', fleet.stop())
  if (ctx.json) ctx.out.json({ type: 'stopped', exits })
  else ctx.out.line(`\nThe shop is closed: ${fleet.services.length} services stopped.`)
}
