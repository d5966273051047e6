import path from 'node:path'
import { type Context, LabError } from '../command.ts'
import { type Door, doorOf } from './door.ts'
import { statusOf } from './ready.ts'
import { secretFileOf } from './secrets.ts'
import { readShopFile } from './shop-file.ts'
import { CORE_PORTS } from './usual-ports.ts'

/** A shop that runs, and how to come into it. */
export interface FoundShop {
  readonly door: Door
  readonly urls: { readonly order: string; readonly notification: string }
}

/**
 * Where the shop is: as `lab demo` wrote it down, or at the usual ports. `given`: an order service that is to be asked itself.
 * Throws LabError where nobody answers.
 */
export async function enterShop(ctx: Context, given?: string): Promise<FoundShop> {
  const services = readShopFile(path.join(ctx.stateDir, 'shop.json'))?.services ?? []
  const urlOf = (name: keyof typeof CORE_PORTS) =>
    services.find((service) => service.name === name)?.url ?? `http://127.0.0.1:${CORE_PORTS[name]}`
  const order = given?.replace(/\/+$/, '') ?? urlOf('order')
  const found = doorOf(services, secretFileOf(ctx.stateDir, 'lab'))
  const door = { ...found, orders: given === undefined && found.orders !== '' ? found.orders : order }
  if ((await statusOf(`${door.orders}/live`)) !== 0) {
    return { door, urls: { order, notification: urlOf('notification') } }
  }
  throw new LabError(
    'no-shop',
    `No order service answers at ${door.orders}.`,
    "'lab demo' starts the shop. For one elsewhere, give --url.",
  )
}

/** `--url`: a parameter's parser. */
export function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:') throw new RangeError('an address such as http://127.0.0.1:5000 is needed.')
  return url.origin
}
