import { z } from 'zod'
import { wrongUsage } from '../../command.ts'
import type { Toggle } from './toggle.ts'
import { TOGGLES, toggleOf } from './toggles.ts'

/** Throws wrong usage that lists the toggles there are. */
export const requireToggle = (id: string): Toggle => {
  const toggle = toggleOf(id)
  if (toggle !== undefined) return toggle
  throw wrongUsage(`There is no failure toggle ${id}.`, `There are ${TOGGLES.map((one) => one.id).join(', ')}.`)
}

/**
 * The settings in force: what is given over the defaults. `forSeconds` is passed over where nothing remains to be undone, and `service` where
 * it names the only one there is. Throws wrong usage that names the setting, and those that there are.
 */
export const readSettings = (toggle: Toggle, given: unknown): Record<string, unknown> => {
  const { shape } = toggle.settings
  const wished = z.record(z.string(), z.unknown()).safeParse(given ?? {})
  if (!wished.success) throw wrongUsage(`Settings of ${toggle.id}: an object is needed.`, settingsOf(toggle))
  const { forSeconds, service, ...own } = wished.data
  const kept = {
    ...own,
    ...(forSeconds === undefined || !('forSeconds' in shape) ? {} : { forSeconds }),
    ...(service === undefined || (!('service' in shape) && service === toggle.targets[0]) ? {} : { service }),
  }
  const read = toggle.settings.safeParse(kept)
  if (read.success) return read.data
  const lines = read.error.issues.map(({ path, message }) => `${path.join('.') || toggle.id}: ${message}`)
  throw wrongUsage(`Settings of ${toggle.id}: ${lines.join('; ')}.`, settingsOf(toggle))
}

const settingsOf = (toggle: Toggle): string => `It takes ${describeSettings(toggle).join('; ')}.`

interface JsonSetting {
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
}

/** Each setting in a line: `percent=100 (10 to 100): of 100 orders`. */
export const describeSettings = ({ settings }: Toggle): string[] => {
  const { properties = {} } = z.toJSONSchema(settings)
  return Object.entries(properties as Record<string, JsonSetting>).map(([name, setting]) => {
    const range =
      setting.enum?.join(', ') ??
      (setting.minimum === undefined ? undefined : `${setting.minimum} to ${setting.maximum ?? '…'}`)
    const fallback = setting.default === undefined ? '' : `=${String(setting.default)}`
    return `${name}${fallback}${range === undefined ? '' : ` (${range})`}${setting.description === undefined ? '' : `: ${setting.description}`}`
  })
}
