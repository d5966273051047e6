import { PARTS, type Part } from '../check/contract.ts'
import { marksOf, type Progress } from './progress.ts'

export interface RubricLine {
  readonly title: string
  readonly parts: readonly Part[]
}

/** The lines of the rubric, each with the parts whose checks count for it. */
export const RUBRIC: readonly RubricLine[] = [
  { title: 'Kafka set-up', parts: ['a-kafka', 'b-services'] },
  { title: 'Producer', parts: ['c-events', 'd-producer', 'e-order'] },
  { title: 'Consumer', parts: ['f-payment'] },
  { title: 'Event flow', parts: ['g-inventory-notification'] },
  { title: 'Saga', parts: ['h-saga'] },
  { title: 'Testing', parts: ['i-testing'] },
]

export interface LineMarks extends RubricLine {
  readonly marks: number
  readonly max: number
}

export function rubricMarks(progress: Progress): LineMarks[] {
  return RUBRIC.map((line) => ({
    ...line,
    marks: line.parts.reduce((sum, part) => sum + marksOf(progress, part), 0),
    max: line.parts.reduce((sum, part) => sum + PARTS[part], 0),
  }))
}

/** `━━━━━───────`: full when, and only when, all marks are there; empty when there are none. */
export function bar(marks: number, max: number, width: number): { full: string; rest: string } {
  const share = max === 0 ? 0 : marks / max
  const cells = share >= 1 ? width : Math.min(width - 1, Math.max(share > 0 ? 1 : 0, Math.floor(share * width)))
  return { full: '━'.repeat(cells), rest: '─'.repeat(width - cells) }
}
