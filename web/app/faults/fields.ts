/** One field of a settings form. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly kind: 'number' | 'text' | 'choice' | 'yes-no'
  readonly choices: readonly string[]
  readonly least: number | null
  readonly most: number | null
  readonly whole: boolean
}

interface Property {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Property[]
  readonly description?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
}

/** The fields of an object's JSON Schema that a form can draw; others are left at their default. */
export function fieldsOf(schema: unknown): Field[] {
  const properties = (schema as { properties?: Record<string, Property> } | null)?.properties ?? {}
  return Object.entries(properties).flatMap(([name, property]) => fieldOf(name, property) ?? [])
}

const NAMES: Readonly<Record<string, string>> = {
  forSeconds: 'mends itself after',
  seed: 'seed',
  nth: 'at the n-th time',
}

function fieldOf(name: string, property: Property): Field | null {
  const { type, enum: allowed, description, minimum, exclusiveMinimum, maximum } = property
  const title = NAMES[name] ?? name.replace(/([A-Z])/g, ' $1').toLowerCase()
  const label = description && description.length < 60 ? `${title} (${description})` : title
  const field = (kind: Field['kind']): Field => ({
    ...{ name, label, kind },
    choices: (allowed ?? []).map(String),
    least: minimum ?? exclusiveMinimum ?? null,
    most: maximum === Number.MAX_SAFE_INTEGER ? null : (maximum ?? null),
    whole: type === 'integer',
  })
  if (allowed) return field('choice')
  if (type === 'number' || type === 'integer') return field('number')
  if (type === 'boolean') return field('yes-no')
  if (type === 'string' || property.anyOf?.some((one) => one.type === 'string')) return field('text')
  return null
}

/** What a form says, as settings; empty fields are left out, so that the default holds. */
export function settingsFrom(fields: readonly Field[], form: { get(name: string): unknown }): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const { name, kind } of fields) {
    const value = form.get(name)
    if (kind === 'yes-no') settings[name] = value === 'on'
    else if (typeof value === 'string' && value !== '') settings[name] = kind === 'number' ? Number(value) : value
  }
  return settings
}

/** How long, and drawn by which seed, go beside the settings. A time of 0 is: until somebody mends it. */
export function requestFrom(settings: Readonly<Record<string, unknown>>) {
  const { forSeconds, seed, ...own } = settings
  return {
    settings: own,
    ...(typeof forSeconds === 'number' ? { forMs: forSeconds === 0 ? null : forSeconds * 1_000 } : {}),
    ...(typeof seed === 'number' ? { seed } : {}),
  }
}
