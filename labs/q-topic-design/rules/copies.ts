import { type Finding, when } from '../finding.ts'
import type { TopicsFile } from '../shapes.ts'
import { LETTERS_KEPT, LONGEST_KEPT, LONGEST_OUTAGE } from '../task.ts'

const COPIES = 3
const IN_SYNC = 2

/** One broker may die: nothing is lost and nothing stops. */
export function judgeCopies({ acks, topics, deadLetters }: TopicsFile): Finding[] {
  return [
    ...[...topics, ...deadLetters].flatMap(({ name, replicationFactor: factor }) =>
      when(factor !== COPIES, 'design.replication', `${name}: replicationFactor ${factor}`),
    ),
    ...topics.flatMap(({ name, minInsyncReplicas: inSync }) => [
      ...when(inSync < IN_SYNC, 'design.insync-low', `${name}: minInsyncReplicas ${inSync}`),
      ...when(inSync > IN_SYNC, 'design.insync-high', `${name}: minInsyncReplicas ${inSync}`),
    ]),
    ...when(!['all', '-1'].includes(String(acks)), 'design.acks', `acks: ${acks}`),
  ]
}

/** Longer than the longest outage, shorter than the law allows. */
export function judgeRetention({ topics, deadLetters }: TopicsFile): Finding[] {
  return [
    ...topics.flatMap(({ name, retentionHours: hours }) => [
      ...when(hours < LONGEST_OUTAGE, 'design.retention-short', `${name}: ${hours} hours`),
      ...when(hours > LONGEST_KEPT, 'design.retention-long', `${name}: ${hours} hours`),
    ]),
    ...deadLetters.flatMap(({ name, retentionHours: hours }) => [
      ...when(hours < LETTERS_KEPT, 'design.dead-letters-short', `${name}: ${hours} hours`),
      ...when(hours > LONGEST_KEPT, 'design.retention-long', `${name}: ${hours} hours`),
    ]),
  ]
}
