/** Fills the region `settings` of docs/operations.md from what each service reads: `node cli/author/settings-page.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { baseSettings } from '../../kit/service/settings.ts'
import { shopSettings } from '../../services/contracts/settings.ts'
import { gatewaySettings } from '../../services/gateway/settings.ts'
import { identitySettings } from '../../services/identity/settings.ts'
import { inventorySettings } from '../../services/inventory/settings.ts'
import { notificationSettings } from '../../services/notification/settings.ts'
import { orderSettings } from '../../services/order/settings.ts'
import { paymentSettings } from '../../services/payment/settings.ts'
import { schema as recommendationSettings } from '../../services/recommendation/settings.ts'
import { shippingSettings } from '../../services/shipping/settings.ts'
import { SHOP_PORTS } from '../shop/usual-ports.ts'
import { fillRegions, tableOf } from './regions.ts'

const home = resolve(import.meta.dirname, '../..')
export const OPERATIONS_PAGE = resolve(home, 'docs/operations.md')

type Service = keyof typeof SHOP_PORTS

const schemas: Readonly<Record<Service, z.ZodType>> = {
  order: orderSettings,
  payment: paymentSettings,
  inventory: inventorySettings,
  notification: notificationSettings,
  shipping: shippingSettings,
  identity: identitySettings,
  analytics: shopSettings({ port: SHOP_PORTS.analytics }),
  recommendation: recommendationSettings,
  gateway: gatewaySettings,
}
const services = Object.keys(schemas) as Service[]

/** A setting as the schema has it. */
const setting = z.looseObject({
  default: z.unknown().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
})
type Setting = z.infer<typeof setting>

const propertiesOf = (schema: z.ZodType): Record<string, Setting> => {
  const { properties } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return z.record(z.string(), setting).parse(properties)
}

/** The words above each setting: a comment of one line or more in the file that names it. */
const wordsIn = (source: string): Map<string, string> =>
  new Map(
    [...source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*([A-Z][A-Z0-9_]*):/g)].map(([, comment = '', name = '']) => [
      name,
      comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim(),
    ]),
  )

const commonFiles = ['kit/service/settings.ts', 'services/contracts/settings.ts']

const readWords = async (files: readonly string[]): Promise<Map<string, string>> => {
  const texts = await Promise.all(files.map((file) => readFile(resolve(home, file), 'utf8')))
  return new Map(texts.flatMap((text) => [...wordsIn(text)]))
}

const defaultOf = ({ default: value }: Setting): string =>
  value === undefined || value === '' ? '' : `\`${typeof value === 'object' ? JSON.stringify(value) : value}\``

const rangeOf = ({ enum: words, minimum, maximum }: Setting): string => {
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(' ')
  if (minimum === undefined || maximum === undefined) return ''
  return maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `${minimum} to ${maximum}`
}

const rowOf = (name: string, one: Setting, words: ReadonlyMap<string, string>, who: string[] = []): string[] => {
  const text = words.get(name)
  if (text === undefined) throw new Error(`No comment says what ${name} is.`)
  return [`\`${name}\``, defaultOf(one), rangeOf(one), ...who, text]
}

const isSame = (a: Setting, b: Setting | undefined): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Who reads a setting that most have, in the fewest words. */
const readers = (name: string): string => {
  const without = services.filter((service) => !(name in propertiesOf(schemas[service])))
  return without.length === 0 ? 'all' : `all but ${without.join(', ')}`
}

const common = { ...propertiesOf(baseSettings({ port: 0 })), ...propertiesOf(shopSettings({ port: 0 })) }

const commonTable = async (): Promise<string> => {
  const words = await readWords(commonFiles)
  const rows = Object.entries(common).map(([name, one]) =>
    rowOf(name, name === 'PORT' ? { ...one, default: undefined } : one, words, [readers(name)]),
  )
  return tableOf(['setting', 'default', 'range', 'read by', 'what it is'], rows)
}

const sectionOf = async (service: Service): Promise<string> => {
  const { PORT: port = {}, ...rest } = propertiesOf(schemas[service])
  const own = Object.entries(rest).filter(([name, one]) => !isSame(one, common[name]))
  const head = `### ${service}\n\n\`PORT\` is ${defaultOf(port)} by default.`
  if (own.length === 0) return `${head} It has no settings of its own.`
  const words = await readWords([...commonFiles, `services/${service}/settings.ts`])
  const rows = own.map(([name, one]) => rowOf(name, one, words))
  return `${head}\n\n${tableOf(['setting', 'default', 'range', 'what it is'], rows)}`
}

/** The page with its region filled. Throws for a setting that no comment explains. */
export const fillSettings = async (text: string): Promise<string> => {
  const sections = await Promise.all(services.map(sectionOf))
  return fillRegions(text, {
    settings: [`### Every service\n\n${await commonTable()}`, ...sections].join('\n\n'),
  })
}

if (import.meta.main) {
  await writeFile(OPERATIONS_PAGE, await fillSettings(await readFile(OPERATIONS_PAGE, 'utf8')))
  console.log('docs/operations.md')
}
