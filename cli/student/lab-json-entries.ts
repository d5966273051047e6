import { type AnyPart, COMMANDS, SERVICES } from '../check/contract.ts'

/** The entries of lab.json that a part needs. */
const ENTRIES: Partial<
  Record<AnyPart, { readonly services?: readonly string[]; readonly commands?: readonly string[] }>
> = {
  'a-kafka': { commands: ['topics'] },
  'b-services': { services: SERVICES },
  'c-events': { commands: ['create-event'] },
  'd-producer': { commands: ['publish'] },
  'e-order': { services: ['order'] },
  'f-payment': { services: ['payment'] },
  'g-inventory-notification': { services: ['inventory', 'notification'] },
  'h-saga': { services: ['order', 'payment'] },
  'i-testing': { commands: ['test'] },
}

type Table = Readonly<Record<string, unknown>>
const isTable = (value: unknown): value is Table => typeof value === 'object' && value !== null && !Array.isArray(value)

export interface Merged {
  readonly text: string
  /** `commands.publish`, … in the order of the file. */
  readonly added: readonly string[]
}

/**
 * Adds to the student's lab.json what a part needs and it lacks, from the starter's lab.json. What is there stays as it is, whatever it
 * says. Undefined when the student's text is not a JSON object with objects in it: then nobody but the student can repair it.
 */
export function mergeLabJson(theirs: string, starter: string, part: AnyPart): Merged | undefined {
  const own = parsed(theirs)
  const given = parsed(starter)
  if (own === undefined || given === undefined) return undefined
  const added: string[] = []
  const merged: Record<string, unknown> = { ...own }
  if (own.contract === undefined && given.contract !== undefined) {
    merged.contract = given.contract
    added.push('contract')
  }
  for (const name of ['services', 'commands'] as const) {
    const from = isTable(given[name]) ? given[name] : {}
    const into = own[name] ?? {}
    if (!isTable(into)) return undefined
    const lacking = (ENTRIES[part]?.[name] ?? []).filter((entry) => !Object.hasOwn(into, entry) && entry in from)
    if (lacking.length === 0) continue
    merged[name] = { ...into, ...Object.fromEntries(lacking.map((entry) => [entry, from[entry]])) }
    added.push(...lacking.map((entry) => `${name}.${entry}`))
  }
  return { text: added.length === 0 ? theirs : `${JSON.stringify(merged, null, 2)}\n`, added }
}

function parsed(text: string): Table | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isTable(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** All entries that the contract knows: what a test compares the table above with. */
export const KNOWN_ENTRIES = [
  ...SERVICES.map((name) => `services.${name}`),
  ...COMMANDS.map((name) => `commands.${name}`),
]
export const NEEDED_ENTRIES = Object.values(ENTRIES).flatMap(({ services = [], commands = [] }) => [
  ...services.map((name) => `services.${name}`),
  ...commands.map((name) => `commands.${name}`),
])
