import type { Lesson } from '../../labs/lesson.ts'
import { PARTS, partFolder } from '../author/lay.ts'
import type { Part } from '../check/contract.ts'
import { wrongUsage } from '../command.ts'

export async function lessonOf(part: Part): Promise<Lesson> {
  const { lesson } = (await import(`../../labs/${part}/part.ts`)) as { lesson: Lesson }
  return lesson
}

export async function lessons(): Promise<Lesson[]> {
  return Promise.all(PARTS.map(lessonOf))
}

/** `d`, `D` and `d-producer` name the same part. */
export function partNamed(word: string): Part {
  try {
    return partFolder(word)
  } catch {
    throw wrongUsage(`There is no part "${word}".`, `The parts are: ${PARTS.join(', ')}. Their letters will do.`)
  }
}

export const letterOf = (part: Part): string => (part[0] ?? '').toUpperCase()
