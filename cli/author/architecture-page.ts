/** Fills the regions of docs/architecture.md with what the code knows: `node cli/author/architecture-page.ts`. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { Migration } from '../../kit/store/store.ts'
import { LEDGER_MIGRATIONS } from '../../kit/store/tables.ts'
import { migrations as analytics } from '../../services/analytics/storage.ts'
import { catalogue, consumedBy, consumersOf, eventsOf, producedBy } from '../../services/contracts/catalogue.ts'
import type { EventType } from '../../services/contracts/event-type.ts'
import { migrations as identity } from '../../services/identity/storage.ts'
import { migrations as inventory } from '../../services/inventory/storage.ts'
import { wholeMigrations as notification } from '../../services/notification/whole/tables.ts'
import { sagaMigrations } from '../../services/order/saga/storage.ts'
import { migrations as order } from '../../services/order/tables.ts'
import { migrations as payment } from '../../services/payment/storage.ts'
import { migrations as recommendation } from '../../services/recommendation/storage.ts'
import { migrations as shipping } from '../../services/shipping/storage.ts'
import { SHOP_PORTS } from '../shop/usual-ports.ts'
import { fillRegions, mermaid, tableOf } from './regions.ts'
import { commandTable, machineDiagram } from './saga-machine.ts'
import { sequenceOf } from './saga-walks.ts'

const home = resolve(import.meta.dirname, '../..')
export const ARCHITECTURE_PAGE = resolve(home, 'docs/architecture.md')

type Service = keyof typeof SHOP_PORTS
const services = Object.keys(SHOP_PORTS) as Service[]

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ') || 'none'

const stores: Readonly<Record<Service, readonly Migration[]>> = {
  ...{ order: [...order, ...sagaMigrations], payment, inventory, notification },
  ...{ shipping, identity, analytics, recommendation, gateway: [] },
}

/** Tables as they are after all migrations. */
const tablesAfter = (migrations: readonly Migration[]): string[] => {
  const db = new DatabaseSync(':memory:')
  for (const { up } of migrations) db.exec(typeof up === 'string' ? up : up.sqlite)
  const rows = db.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").all()
  db.close()
  return rows.map(({ name }) => String(name)).sort()
}

const serviceTable = (): string =>
  tableOf(
    ['service', 'port', 'topics read', 'topics written', 'tables of its own'],
    services.map((name) => [
      `[${name}](../services/${name})`,
      String(SHOP_PORTS[name]),
      String(consumedBy(name, 'whole').length),
      String(producedBy(name, 'whole').length),
      code(tablesAfter(stores[name])),
    ]),
  )

const isRead = (file: string): boolean => file.endsWith('.ts') && !/\.(test|suite|fixture)\.ts$/.test(file)

const filesOf = async (name: Service): Promise<string[]> => {
  const entries = await readdir(resolve(home, 'services', name), { withFileTypes: true })
  const [folders, files] = [entries.filter((one) => one.isDirectory()), entries.filter((one) => one.isFile())]
  return [
    ...files
      .map((one) => one.name)
      .filter(isRead)
      .sort(),
    ...folders.map((one) => `${one.name}/`).sort(),
  ]
}

const fileTable = async (): Promise<string> => {
  const rows = services.map(async (name) => [
    name,
    code((await filesOf(name)).map((file) => file.replace(/\.ts$/, ''))),
  ])
  return tableOf(['service', 'files (`.ts`) and folders'], await Promise.all(rows))
}

/** Events that say why something is off carry a reason: they lead back. */
const leadsBack = (event: EventType): boolean => event.data instanceof z.ZodObject && 'reason' in event.data.shape

const acting = ['order', 'payment', 'inventory', 'shipping', 'notification']

/** Who hears whom where nobody leads. */
const choreography = (): string => {
  const names = eventsOf('whole').filter((name) => catalogue[name].key === 'orderId' && !name.includes('.saga.'))
  const arrows = names.flatMap((name) => {
    const line = leadsBack(catalogue[name]) ? '-.->' : '-->'
    const to = consumersOf(name, 'whole').filter((service) => acting.includes(service))
    return to.map((service) => `  ${catalogue[name].producer} ${line}|${name}| ${service}`)
  })
  return mermaid(['flowchart LR', ...acting.map((name) => `  ${name}([${name}])`), ...arrows])
}

const cruiser = z.object({ forbidden: z.array(z.object({ name: z.string(), comment: z.string() })) })

const wallTable = async (): Promise<string> => {
  const { default: rules } = (await import(resolve(home, '.dependency-cruiser.mjs'))) as { default: unknown }
  const { forbidden } = cruiser.parse(rules)
  return tableOf(
    ['wall', 'why, and what to do instead'],
    forbidden.map(({ name, comment }) => [`\`${name}\``, comment]),
  )
}

/** The page with its regions filled. */
export const fillArchitecture = async (text: string): Promise<string> =>
  fillRegions(text, {
    services: serviceTable(),
    files: await fileTable(),
    'kit-tables': `${code(tablesAfter(LEDGER_MIGRATIONS))}`,
    choreography: choreography(),
    'choreography-good': sequenceOf({}),
    'choreography-refused': sequenceOf({ refusedByCarrier: true }),
    'orchestration-good': sequenceOf({ orchestrated: true }),
    machine: machineDiagram(),
    commands: commandTable(),
    walls: await wallTable(),
  })

if (import.meta.main) {
  await writeFile(ARCHITECTURE_PAGE, await fillArchitecture(await readFile(ARCHITECTURE_PAGE, 'utf8')))
  console.log('docs/architecture.md')
}
