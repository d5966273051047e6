/**
 * Fills the regions `<!-- run: NAME -->` … `<!-- end -->` of the handouts with what the session of that name really
 * prints: `KAFKA_BROKERS=… node cli/author/handouts.ts`. The core topics of that Kafka are emptied.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createBus } from '../../kit/kafka/create-bus.ts'
import type { Lesson } from '../../labs/lesson.ts'
import { cleanTopics } from '../check/clean.ts'
import { type AnyPart, isCore, MARKS } from '../check/contract.ts'
import { PARTS, partFolder } from './lay.ts'
import { sessions } from './sessions.ts'
import { Stage } from './stage.ts'

const REGION = /<!-- run: (\S+) -->\n[\s\S]*?<!-- end -->/g

export const handoutPath = (part: AnyPart): string => resolve(import.meta.dirname, '../../labs', part, 'README.md')

/** The sessions that a handout shows, in its order. */
export function sessionsIn(text: string): string[] {
  return [...text.matchAll(REGION)].map((match) => match[1] ?? '')
}

/** The handout with its regions filled. Throws for a region whose session was not played. */
export function fill(text: string, outputs: ReadonlyMap<string, string>): string {
  return text.replace(REGION, (_region, name: string) => {
    const output = outputs.get(name)
    if (output === undefined) throw new Error(`There is no session "${name}" in cli/author/sessions.ts.`)
    return `<!-- run: ${name} -->\n\n\`\`\`text\n${output}\n\`\`\`\n\n<!-- end -->`
  })
}

const FACTS = /<!-- facts -->\n[\s\S]*?<!-- end -->/

/** The line of figures below a handout's title, from what the checker and the part's data say. */
export async function withFacts(text: string, part: AnyPart): Promise<string> {
  const { lesson } = (await import(`../../labs/${part}/part.ts`)) as { lesson: Lesson }
  const viva = lesson.viva.length === 0 ? '' : ` · Viva: ${lesson.viva.join(', ')}`
  const marks = isCore(part) ? `${MARKS[part]} of 100 marks` : `${MARKS[part]} marks of its own`
  const facts = `${lesson.aim}\n\n**${lesson.minutes} minutes · ${marks}${viva}**`
  return text.replace(FACTS, `<!-- facts -->\n\n${facts}\n\n<!-- end -->`)
}

/** Plays the sessions of a part, each on a stage of its own and on empty topics. */
export async function play(names: readonly string[], part: AnyPart, brokers: string): Promise<Map<string, string>> {
  const outputs = new Map<string, string>()
  for (const name of names) {
    const session = sessions[name]
    if (session === undefined) throw new Error(`There is no session "${name}" in cli/author/sessions.ts.`)
    await freshTopics(brokers, part === 'a-kafka' ? 'absent' : 'clean')
    const stage = await Stage.set(part, brokers)
    try {
      outputs.set(name, await session(stage))
    } finally {
      await stage.strike()
    }
  }
  return outputs
}

async function freshTopics(brokers: string, state: 'clean' | 'absent'): Promise<void> {
  const bus = createBus({ brokers: brokers.split(','), clientId: 'lab-handouts' })
  try {
    await cleanTopics(bus, brokers.split(','), state)
  } finally {
    await bus.close()
  }
}

async function main(words: readonly string[]): Promise<void> {
  const brokers = process.env.KAFKA_BROKERS
  if (!brokers) throw new Error('Set KAFKA_BROKERS to a Kafka whose core topics may be emptied.')
  for (const part of words.length === 0 ? PARTS : words.map(partFolder)) {
    const path = handoutPath(part)
    const text = await withFacts(await readFile(path, 'utf8'), part)
    const names = sessionsIn(text)
    await writeFile(path, fill(text, await play(names, part, brokers)))
    console.log(`${join('labs', part, 'README.md')}: ${names.length} outputs`)
  }
}

if (import.meta.main) await main(process.argv.slice(2))
