import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { wrongUsage } from '../../command.ts'
import { brokenFile, RUBRIC_FILE, readYaml } from './load.ts'

export const VIVA_FILE = path.join(path.dirname(RUBRIC_FILE), 'viva.yml')
export const VIVA_TOPICS = ['topic', 'partition', 'consumer group', 'offset', 'saga', 'DLQ'] as const

const words = z.string().trim().min(1)
const question = z.strictObject({
  topic: z.enum(VIVA_TOPICS),
  ask: words,
  answer: words,
  listen_for: z.array(words).min(1),
  follow_up: words,
  follow_up_answer: words,
})
const sheet = z.strictObject({
  viva: z.literal(1),
  levels: z.array(z.strictObject({ marks: z.number().min(0), says: words })).min(2),
  questions: z.array(question).length(VIVA_TOPICS.length),
})
export type VivaSheet = z.output<typeof sheet>

/** The six questions of the course, one a topic. Throws a `LabError` that names file, line and fault. */
export async function loadVivaSheet(file = VIVA_FILE): Promise<VivaSheet> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw wrongUsage(`The sheet ${file} cannot be read.`, 'It came with the kit: take it from there again.')
  })
  const read = readYaml(text, sheet, ({ questions }) =>
    VIVA_TOPICS.filter((topic) => !questions.some((one) => one.topic === topic)).map((topic) => ({
      at: ['questions'],
      says: `no question is about "${topic}"`,
    })),
  )
  if ('value' in read) return read.value
  throw brokenFile('viva sheet', file, read.problems)
}
