import type { Check } from './check.ts'
import { type AnyPart, MARKS, PARTS, type Part } from './contract.ts'

export const PART_NAMES = Object.keys(PARTS) as Part[]

/** The course, then the parts behind it. */
export const ALL_PART_NAMES = Object.keys(MARKS) as AnyPart[]

/** The checks of a part, in the order of the contract. Each file is loaded when its part is asked for. */
export async function checksOf(part: AnyPart): Promise<readonly Check[]> {
  const module = (await import(`../../labs/${part}/checks.ts`)) as { checks: readonly Check[] }
  return module.checks
}

export interface Selected {
  readonly part: AnyPart
  readonly checks: readonly Check[]
}

/**
 * Reads `d`, `d-producer`, `D2`, `d,E1,f-payment` or `all`, which is the course from A to I. Throws `RangeError` with a sentence for a word that names nothing.
 */
export async function select(words: readonly string[]): Promise<Selected[]> {
  const wanted = words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')
  const all = wanted.length === 0 || wanted.includes('all')
  const byPart = new Map<AnyPart, Set<string>>()
  for (const word of all ? PART_NAMES : wanted) {
    const part = partNamed(word)
    const ids = (await checksOf(part)).map((one) => one.id)
    const chosen = /^[a-z]\d$/i.test(word) ? [word.toUpperCase()] : ids
    if (!chosen.every((id) => ids.includes(id)))
      throw new RangeError(`There is no check ${word}: ${part} has ${ids.join(', ')}.`)
    byPart.set(part, new Set([...(byPart.get(part) ?? []), ...chosen]))
  }
  const parts = ALL_PART_NAMES.filter((part) => byPart.has(part))
  return Promise.all(
    parts.map(async (part) => ({
      part,
      checks: (await checksOf(part)).filter((one) => byPart.get(part)?.has(one.id)),
    })),
  )
}

function partNamed(word: string): AnyPart {
  const letter = /^[a-z]\d?$/i.test(word) ? word[0]?.toLowerCase() : undefined
  const part = ALL_PART_NAMES.find((name) => name === word.toLowerCase() || name[0] === letter)
  if (part === undefined)
    throw new RangeError(
      `There is no part or check "${word}". Parts: ${ALL_PART_NAMES.join(', ')}; checks: A1, A2, … I2.`,
    )
  return part
}
