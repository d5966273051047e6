import { type AnyPart, PARTS, type Part } from '../check/contract.ts'
import { firstOpen, isComplete, type Progress, partProgress } from './progress.ts'

/** Where a student is and what to do next. */
export type Where =
  /** Nothing was started or checked. */
  | { readonly kind: 'new'; readonly part: Part }
  /** A part is at work; `check` is the first of it that did not pass, absent before its first run. */
  | { readonly kind: 'at-work'; readonly part: Part; readonly check: string | undefined }
  /** The part at work has all its marks; `next` is the first that has not. */
  | { readonly kind: 'part-done'; readonly part: Part; readonly next: Part; readonly skipped: boolean }
  /** All 100 marks. */
  | { readonly kind: 'all-done' }

const LIST = Object.keys(PARTS) as Part[]

export function whereAmI(progress: Progress): Where {
  const open = firstOpen(progress)
  if (open === null) return { kind: 'all-done' }
  const { current } = progress
  if (current === null) return { kind: 'new', part: open }
  if (!isComplete(progress, current)) return { kind: 'at-work', part: current, check: firstFailed(progress, current) }
  if (partProgress(progress, open).startedAt !== null && LIST.indexOf(open) > LIST.indexOf(current)) {
    return { kind: 'at-work', part: open, check: firstFailed(progress, open) }
  }
  return { kind: 'part-done', part: current, next: open, skipped: LIST.indexOf(open) < LIST.indexOf(current) }
}

/** The part that commands mean when none is named. */
export function partAtWork(progress: Progress): Part {
  const where = whereAmI(progress)
  if (where.kind === 'all-done') return 'i-testing'
  return where.kind === 'part-done' ? where.next : where.part
}

/** The first check of a part that was run and did not pass, failed ones before skipped ones. */
export function firstFailed(progress: Progress, part: AnyPart): string | undefined {
  const own = Object.entries(progress.checks)
    .filter(([id, { at, verdict }]) => id[0]?.toLowerCase() === part[0] && at !== null && verdict !== 'pass')
    .sort(([a], [b]) => a.localeCompare(b))
  return (own.find(([, { verdict, attempts }]) => verdict === 'fail' && attempts > 0) ?? own[0])?.[0]
}
