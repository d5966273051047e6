import path from 'node:path'
import { type Context, LabError } from '../command.ts'
import { statusOf } from './ready.ts'
import { readShopFile } from './shop-file.ts'
import { CORE_PORTS } from './usual-ports.ts'

export interface ShopUrls {
  readonly order: string
  readonly notification: string
}

/** Where the shop is: as `lab demo` wrote it down, or at the usual ports. Throws LabError where no order service answers. */
export async function findShopUrls(ctx: Context, given?: string): Promise<ShopUrls> {
  const services = readShopFile(path.join(ctx.stateDir, 'shop.json'))?.services ?? []
  const urlOf = (name: keyof typeof CORE_PORTS) =>
    services.find((service) => service.name === name)?.url ?? `http://127.0.0.1:${CORE_PORTS[name]}`
  const order = given?.replace(/\/+$/, '') ?? urlOf('order')
  if ((await statusOf(`${order}/live`)) !== 0) return { order, notification: urlOf('notification') }
  throw new LabError(
    'no-shop',
    `No order service answers at ${order}.`,
    "'lab demo' starts the shop. For one elsewhere, give --url.",
  )
}

/** `--url`: a parameter's parser. */
export function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:') throw new RangeError('an address such as http://127.0.0.1:5000 is needed.')
  return url.origin
}
