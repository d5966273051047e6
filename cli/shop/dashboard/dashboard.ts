import QRCode from 'qrcode'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { createHub, type Hub } from '../../../web/hub/hub.ts'
import type { HubOptions } from '../../../web/hub/ports.ts'
import type { Context } from '../../command.ts'
import type { FaultDesk } from '../faults/fault-desk.ts'
import { rememberAddress, rememberedAddress } from './address.ts'
import { writeAudit } from './audit.ts'
import { openBrowser } from './browser.ts'
import { lanAddress } from './lan-address.ts'
import { buildPage, type PageBuild } from './page.ts'
import { shopPorts } from './shop-ports.ts'
import type { ShownShop } from './shown-shop.ts'

export interface DashboardWish {
  /** In a browser, where there is a desktop. */
  readonly open: boolean
  /** Let the class look on: at this address of the machine, `true` for the one that is found. Undefined: nobody but this machine. */
  readonly lan: string | true | undefined
}

export interface Dashboard {
  readonly hub: Hub
  /** For the services: where they send their spans. */
  readonly env: Readonly<Record<string, string>>
  /** Once the shop has a desk for its toggles. */
  takeFaults(desk: FaultDesk): void
  /** Says where it is, and opens it. */
  announce(): Promise<void>
  close(): Promise<void>
}

/** Hub and page, beside a shop. Resolves when the hub listens; the page is built meanwhile. */
export async function startDashboard(ctx: Context, wish: DashboardWish, shop: ShownShop): Promise<Dashboard> {
  const building = new AbortController()
  const page = buildPage(ctx.home, building.signal)
  const bus = createBus({
    brokers: shop.brokers,
    clientId: 'lab-hub',
    log: ({ level, message }) => tell(ctx, level, message),
  })
  const { ports, takeFaults } = shopPorts(bus, shop)
  const lan = wish.lan === undefined ? {} : { lan: lanAddress(wish.lan) }
  const options: HubOptions = {
    ...{ model: shop.model, ports, page: page.state, ...rememberedAddress(ctx.stateDir, Date.now()), ...lan },
    audit: (entry) => writeAudit(ctx.stateDir, entry),
    log: (message) => tell(ctx, 'warn', message),
  }
  const hub = await createHub(options).catch(async (error: unknown) => {
    building.abort()
    await bus.close()
    throw error
  })
  rememberAddress(ctx.stateDir, hub)
  return {
    ...{ hub, takeFaults },
    env: {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: hub.tracesUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: hub.tracesUrl.replace('/v1/traces', ''),
    },
    announce: () => announce(ctx, hub, page, wish),
    close: async () => {
      building.abort()
      await hub.close()
      await bus.close()
    },
  }
}

function tell(ctx: Context, level: string, message: string): void {
  if (ctx.verbose) ctx.err.line(ctx.paint.faint(`dashboard: ${level === 'error' ? 'error: ' : ''}${message}`))
}

async function announce(ctx: Context, { url, lan }: Hub, page: PageBuild, { open }: DashboardWish): Promise<void> {
  if (ctx.json) {
    ctx.out.json({ type: 'dashboard', url, lan: lan === null ? null : { url: lan.url, code: lan.code } })
    return
  }
  ctx.out.line(`\n${ctx.paint.strong('Dashboard')}  ${ctx.paint.link(url, url)}`)
  if (lan !== null) {
    ctx.out.line(`For the class, read-only, for three hours: ${lan.url}  (code ${lan.code})`)
    ctx.out.line(await QRCode.toString(lan.url, { type: 'utf8', margin: 1, errorCorrectionLevel: 'L' }))
  }
  void page.done.then((now) => {
    if (ctx.signal.aborted) return
    if (now.state === 'missing') ctx.err.line(ctx.paint.warn(`The dashboard has no page: ${now.reason}`))
    else if (open) openBrowser(ctx, url)
  })
  if (page.state().state === 'building')
    ctx.out.line(ctx.paint.faint('Its page is being built, as its sources are new: a few seconds.'))
}
