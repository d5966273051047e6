import type { Lesson } from '../../labs/lesson.ts'
import { ADVANCED_PARTS, PARTS, partFolder } from '../author/lay.ts'
import type { AnyPart } from '../check/contract.ts'
import { wrongUsage } from '../command.ts'

export async function lessonOf(part: AnyPart): Promise<Lesson> {
  const { lesson } = (await import(`../../labs/${part}/part.ts`)) as { lesson: Lesson }
  return lesson
}

export async function lessons(): Promise<Lesson[]> {
  return Promise.all(PARTS.map(lessonOf))
}

/** `d`, `D` and `d-producer` name the same part. */
export function partNamed(word: string): AnyPart {
  try {
    return partFolder(word)
  } catch {
    throw wrongUsage(
      `There is no part "${word}".`,
      `The parts are: ${[...PARTS, ...ADVANCED_PARTS].join(', ')}. Their letters will do.`,
    )
  }
}

export const letterOf = (part: AnyPart): string => (part[0] ?? '').toUpperCase()
