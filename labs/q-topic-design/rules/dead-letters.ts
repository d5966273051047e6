import { type Finding, when } from '../finding.ts'
import type { TopicsFile } from '../shapes.ts'

/** Every group that reads a topic has a place for what it cannot handle, and a letter says whose it is. */
export function judgeDeadLetters({ topics, groups, deadLetters, deadLetterHeaders }: TopicsFile): Finding[] {
  const pairs = groups.flatMap(({ name, reads }) => reads.map((topic) => ({ topic, group: name })))
  const same = (a: { topic: string; group: string }, b: { topic: string; group: string }) =>
    a.topic === b.topic && a.group === b.group
  const headers = deadLetterHeaders.join(' ').toLowerCase()
  const shared = deadLetters.find(({ name, group }) =>
    deadLetters.some((other) => other.name === name && other.group !== group),
  )
  const letterTopics = new Set(deadLetters.map(({ name }) => name))
  return [
    ...deadLetters
      .filter((letter) => !pairs.some((pair) => same(pair, letter)))
      .map(({ name, topic, group }): Finding => {
        const why = topics.some((one) => one.name === topic) ? `${group} does not read ${topic}` : `no topic ${topic}`
        return { id: 'design.dead-letters-of-nothing', saw: `${name}: ${why}` }
      }),
    ...pairs
      .filter((pair) => !letterTopics.has(pair.topic) && !deadLetters.some((letter) => same(pair, letter)))
      .map(
        ({ topic, group }): Finding => ({
          id: 'design.dead-letters-missing',
          saw: `${group} reads ${topic} and has no dead letters for it`,
        }),
      ),
    ...when(
      shared !== undefined && !headers.includes('group'),
      'design.dead-letters-blind',
      `several groups share ${shared?.name}, and no header names the group`,
    ),
    ...['error', 'offset'].flatMap((word) =>
      when(
        !headers.includes(word),
        'design.dead-letter-headers',
        `deadLetterHeaders: ${headers || 'none'}; no ${word}`,
      ),
    ),
  ]
}
