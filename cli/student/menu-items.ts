import type { Lesson } from '../../labs/lesson.ts'
import type { AnyPart } from '../check/contract.ts'
import { letterOf } from './lessons.ts'
import { type Progress, partProgress } from './progress.ts'
import { partAtWork, whereAmI } from './where.ts'

export type Choice =
  | 'start'
  | 'check'
  | 'watch'
  | 'hint'
  | 'run'
  | 'progress'
  | 'quiz'
  | 'answer'
  | 'report'
  | 'doctor'
  | 'quit'

export interface Item {
  readonly choice: Choice
  readonly name: string
  /** Said below the list while the item is chosen. */
  readonly about: string
  readonly part: AnyPart
}

/** What the menu offers, the likeliest step first. */
export function menuItems(progress: Progress, titles: ReadonlyMap<AnyPart, Pick<Lesson, 'title' | 'minutes'>>): Item[] {
  const where = whereAmI(progress)
  const part = partAtWork(progress)
  const letter = letterOf(part)
  const lesson = titles.get(part)
  const started = partProgress(progress, part).startedAt !== null
  const item = (choice: Choice, name: string, about: string): Item => ({ choice, name, about, part })
  const start = item('start', `Start part ${letter}`, `${lesson?.title}, about ${lesson?.minutes} minutes`)
  const work: Item[] = [
    item('watch', `Work on part ${letter}`, 'check it again whenever you save a file'),
    item('check', `Check part ${letter}`, 'once'),
    item('hint', where.kind === 'at-work' && where.check ? `Hint for ${where.check}` : 'Hint', 'it costs nothing'),
  ]
  const first = where.kind === 'all-done' ? [] : started ? work : [start, ...work.slice(1, 2)]
  return [
    ...first,
    item('run', 'Run my shop', 'all services, their logs, and orders to place'),
    item('progress', 'Progress', 'marks, minutes, what is left'),
    item('quiz', `Quiz of part ${letter}`, 'a few questions, each explained'),
    item('answer', `Answer of part ${letter}`, 'the solution, compared with yours'),
    item('report', 'Report', 'one page to hand in'),
    item('doctor', 'Doctor', 'what this machine has and lacks'),
    item('quit', 'Quit', ''),
  ]
}
