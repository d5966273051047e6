import { parseDocument } from 'yaml'
import type { z } from 'zod'
import {
  type ConsistencyFile,
  consistencyFile,
  type EventsFile,
  eventsFile,
  type FlowsFile,
  flowsFile,
  type OperationsFile,
  operationsFile,
  type TopicsFile,
  topicsFile,
} from './shapes.ts'

export const FILES = ['topics', 'events', 'flows', 'consistency', 'operations'] as const
export type FileName = (typeof FILES)[number]
export const pathOf = (name: FileName): string => `design/${name}.yml`

/** The texts of the design; null where there is no such file. */
export type Texts = Readonly<Record<FileName, string | null>>

/** Why a file cannot be judged. */
export interface Unreadable {
  readonly id: 'design.file-missing' | 'design.yaml-broken' | 'design.field-wrong'
  readonly saw: string
}

export type Read<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Unreadable)

const SHAPES = {
  topics: topicsFile,
  events: eventsFile,
  flows: flowsFile,
  consistency: consistencyFile,
  operations: operationsFile,
}

interface Designs {
  topics: TopicsFile
  events: EventsFile
  flows: FlowsFile
  consistency: ConsistencyFile
  operations: OperationsFile
}

/** One file of the design, or why it cannot be judged. */
export function read<N extends FileName>(texts: Texts, name: N): Read<Designs[N]> {
  const text = texts[name]
  if (text === null) return { ok: false, id: 'design.file-missing', saw: `no ${pathOf(name)} in the workspace` }
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) {
    const line = error.linePos?.[0].line
    const [what = ''] = error.message.split('\n')
    return { ok: false, id: 'design.yaml-broken', saw: `${pathOf(name)}, line ${line ?? '?'}: ${what}` }
  }
  const parsed = SHAPES[name].safeParse(document.toJS())
  if (parsed.success) return { ok: true, value: parsed.data as Designs[N] }
  return { ok: false, id: 'design.field-wrong', saw: `${pathOf(name)}: ${issueOf(parsed.error)}` }
}

function issueOf(error: z.ZodError): string {
  const [issue] = error.issues
  const place = issue?.path.map((step) => (typeof step === 'number' ? `[${step + 1}]` : `.${String(step)}`)).join('')
  return `${place?.replace(/^\./, '') || 'the file'}: ${issue?.message}`
}
