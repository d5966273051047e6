import { createInterface } from 'node:readline'
import { ensureBroker } from '../broker/lab-broker.ts'
import type { Context, ExitCode } from '../command.ts'
import { interrupted } from '../shop/connect.ts'
import { type Dashboard, type DashboardWish, startDashboard } from '../shop/dashboard/dashboard.ts'
import { shownMyShop } from '../shop/dashboard/shown-my-shop.ts'
import { type HostedDesk, hostDesk } from '../shop/faults/host.ts'
import { createJsonClient } from '../shop/http-client.ts'
import { columns } from '../terminal/columns.ts'
import { breakableShop } from './breakable-shop.ts'
import type { RunEnd } from './run-process.ts'
import { labJsonOf, type MyShop, type RunOptions, startMyShop } from './run-shop.ts'
import { requireWorkspace, shown } from './workspace.ts'

export interface RunWish extends Pick<RunOptions, 'workspace' | 'failRate' | 'stock'> {
  /** Placed at the start. */
  readonly orders: number
  /** Null: none. Default: one that opens where there is a desktop. */
  readonly dashboard?: DashboardWish | null
}

/** `lab run`: the student's shop until Ctrl-C, `q`, or until all its services have ended by themselves (then 1). */
export async function runMyShop(ctx: Context, wish: RunWish): Promise<ExitCode> {
  requireWorkspace(ctx, wish.workspace)
  await labJsonOf(wish.workspace)
  const { dashboard: wanted = { open: true, lan: undefined } } = wish
  if (wanted === null) return runUntilAsked(ctx, wish, null)
  const shown = shownMyShop(await ensureBroker(ctx))
  const dashboard = await startDashboard(ctx, wanted, shown.shop)
  try {
    return await runUntilAsked(ctx, wish, { ...dashboard, show: shown.use })
  } finally {
    await dashboard.close()
  }
}

interface ShownBy extends Dashboard {
  readonly show: (shop: MyShop) => void
}

async function runUntilAsked(ctx: Context, wish: RunWish, dashboard: ShownBy | null): Promise<ExitCode> {
  let stopping = false
  const shop = await startMyShop(ctx, {
    ...wish,
    ...(dashboard === null ? {} : { env: dashboard.env }),
    onLine: (name, line) => tellLine(ctx, name, line),
    onEnd: (name, end) => {
      if (!stopping && !ctx.signal.aborted) tellEnd(ctx, name, end)
    },
  })
  let desk: HostedDesk | null = null
  try {
    desk = await hostDesk(ctx, breakableShop(ctx, shop))
    dashboard?.show(shop)
    dashboard?.takeFaults(desk.desk)
    tellPlaces(ctx, wish, shop)
    await dashboard?.announce()
    const order = orderPlacer(ctx, shop)
    for (let n = 0; n < wish.orders && !ctx.signal.aborted; n++) await order()
    const quit = prompt(ctx, order)
    const why = await Promise.race([
      interrupted(ctx.signal).then(() => 'asked' as const),
      quit.asked.then(() => 'asked' as const),
      shop.allEnded.then(() => 'ended' as const),
    ])
    quit.close()
    if (why === 'ended') ctx.err.line('All your services have ended.')
    return why === 'ended' ? 1 : 0
  } finally {
    stopping = true
    await desk?.close()
    await shop.stop()
    if (ctx.json) ctx.out.json({ type: 'stopped' })
    else ctx.err.line(ctx.paint.faint('Your shop is closed. Kafka goes on running; lab down stops it.'))
  }
}

function tellPlaces(ctx: Context, { workspace }: RunWish, { broker: { brokers }, services }: MyShop): void {
  if (ctx.json) {
    ctx.out.json({
      type: 'ready',
      brokers,
      services: services.map(({ name, url, process }) => ({ name, url, pid: process.pid })),
    })
    return
  }
  const { paint } = ctx
  const rows = services.map(({ name, url, process }) => [
    process.end === undefined ? paint.good('●') : paint.bad('○'),
    name,
    paint.link(url, `${url}/docs`),
  ])
  ctx.err.line(`${shown(ctx, workspace)} on the Kafka at ${brokers}\n${columns(rows, 2)}`)
  if (ctx.interactive)
    ctx.err.line(paint.faint('Enter places an order · 5 and Enter places five · q and Enter, or Ctrl-C, stops'))
}

function tellLine(ctx: Context, name: string, line: string): void {
  if (ctx.json) {
    ctx.out.json({ type: 'line', service: name, line })
    return
  }
  const { paint } = ctx
  const colours = new Map([
    ['order', paint.accent],
    ['payment', paint.warn],
    ['inventory', paint.good],
    ['notification', paint.strong],
  ])
  const label = `${name.padEnd(12)} │`
  ctx.out.line(`${(colours.get(name) ?? paint.faint)(label)} ${line}`)
}

function tellEnd(ctx: Context, name: string, { code, signal }: RunEnd): void {
  if (ctx.json) ctx.out.json({ type: 'end', service: name, code, signal })
  else ctx.err.line(ctx.paint.bad(`${name} ended (${signal ?? `exit code ${code}`}). The others go on.`))
}

/** Places one order and says what the answer was. Never throws: a shop that is down is what one may want to see. */
function orderPlacer(ctx: Context, { services }: MyShop): () => Promise<void> {
  const url = services.find(({ name }) => name === 'order')?.url
  let count = 0
  return async () => {
    if (url === undefined) {
      ctx.err.line('lab.json names no order service, so no order can be placed.')
      return
    }
    count++
    const quantity = 1 + ((count - 1) % 3)
    const body = JSON.stringify({ userId: `user-${count}`, productId: 201, quantity, amount: 750 * quantity })
    const client = createJsonClient(url, 1)
    try {
      const answer = await client.post('/api/orders', body)
      if (ctx.json) ctx.out.json({ type: 'order', status: answer.status, answer: answer.body.slice(0, 2_000) })
      else
        ctx.err.line(
          `${ctx.paint.faint('you          │')} POST /api/orders ${body} → ${answer.status} ${answer.body.slice(0, 300)}`,
        )
    } catch (error) {
      ctx.err.line(`The order service did not take the order: ${(error as Error).message}.`)
    } finally {
      client.close()
    }
  }
}

const MOST_ORDERS = 100

/** Reads what is typed, where somebody can type. */
function prompt(ctx: Context, order: () => Promise<void>): { asked: Promise<void>; close(): void } {
  const asked = Promise.withResolvers<void>()
  if (!ctx.interactive) return { asked: asked.promise, close: () => {} }
  const lines = createInterface({ input: process.stdin })
  let last = Promise.resolve()
  lines.on('line', (typed) => {
    const word = typed.trim().toLowerCase()
    if (word === 'q' || word === 'quit') return asked.resolve()
    const wanted = word === '' ? 1 : Number(word)
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > MOST_ORDERS) {
      ctx.err.line(`Enter places an order, a number from 1 to ${MOST_ORDERS} so many, q stops.`)
      return
    }
    last = last.then(async () => {
      for (let n = 0; n < wanted && !ctx.signal.aborted; n++) await order()
    })
  })
  lines.once('close', () => asked.resolve())
  return { asked: asked.promise, close: () => lines.close() }
}
