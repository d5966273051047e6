import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnyPart } from './contract.ts'

/** An answer that no rule can judge: marked by its author with the checklist, and by the instructor by hand. */
export interface ManualItem {
  readonly id: string
  readonly ask: string
  /** The most that it is worth; no part of the marks of the checks. */
  readonly marks: number
  /** A mark for each that the answer says. */
  readonly checklist: readonly string[]
  readonly answer: string
  /** Long enough to be an answer. */
  readonly written: boolean
  /** What its author gave it; null where nothing. */
  readonly selfMark: number | null
}

/** The parts that ask for such answers. */
const ASKING: readonly AnyPart[] = ['q-topic-design']

interface OpenPart {
  openAnswersIn(file: (name: string) => Promise<string | null>): Promise<ManualItem[]>
}

/** The open answers of a workspace for the instructor: of each part in which at least one is written. */
export interface OpenAnswers {
  readonly part: AnyPart
  readonly items: readonly ManualItem[]
}

export async function openAnswersOf(workspace: string): Promise<OpenAnswers[]> {
  const all = await Promise.all(ASKING.map(async (part) => ({ part, items: (await manualOf(part, workspace)) ?? [] })))
  return all.filter(({ items }) => items.some(({ written }) => written))
}

/** The open answers of a part in a workspace; undefined where the part asks for none. */
export async function manualOf(part: AnyPart, workspace: string): Promise<ManualItem[] | undefined> {
  if (!ASKING.includes(part)) return undefined
  const { openAnswersIn } = (await import(`../../labs/${part}/open-answers.ts`)) as OpenPart
  return openAnswersIn((name) => readFile(join(workspace, name), 'utf8').catch(() => null))
}
