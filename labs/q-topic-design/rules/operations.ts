import { type Finding, when } from '../finding.ts'
import type { OperationsFile, TopicsFile } from '../shapes.ts'
import { PEAK } from '../task.ts'
import { peakOf } from './partitions.ts'

const CAUSES = 3
/** Behind for longer than this, and customers have called already. */
const LATEST_ALARM = 600

/** An alarm for each group, three causes with their mending, and a replay that disturbs nobody. */
export function judgeOperations(operations: OperationsFile, topics: TopicsFile): Finding[] {
  return [...judgeAlarms(operations, topics), ...judgeCauses(operations), ...judgeReplay(operations, topics)]
}

function judgeAlarms({ alarms }: OperationsFile, { topics, groups }: TopicsFile): Finding[] {
  const names = [...new Set(groups.map(({ name }) => name))]
  return names.flatMap((group) => {
    const alarm = alarms.find((one) => one.group === group)
    if (alarm === undefined) return [{ id: 'design.lag-unwatched', saw: `no alarm for ${group}` } as const]
    const reads = new Set(groups.filter(({ name }) => name === group).flatMap((one) => one.reads))
    const perSecond = topics.filter(({ name }) => reads.has(name)).reduce((sum, topic) => sum + peakOf(topic), 0)
    const { secondsBehind: seconds, records } = alarm
    const right = seconds * perSecond
    return [
      ...when(seconds <= 0 || seconds > LATEST_ALARM, 'design.alarm-late', `${group}: ${seconds} seconds behind`),
      ...when(
        Math.abs(records - right) > right / 10,
        'design.alarm-sum',
        `${group}: ${records} records; ${seconds} s × ${perSecond} a second = ${right}`,
      ),
    ]
  })
}

const said = (text: string, words: number): boolean => text.split(/\s+/).filter(Boolean).length >= words

function judgeCauses({ causes }: OperationsFile): Finding[] {
  const different = new Set(causes.map(({ cause }) => cause.toLowerCase()).filter(Boolean))
  const thin = causes.find(({ cause, see, mend }) => !said(cause, 2) || !said(see, 2) || !said(mend, 2))
  return [
    ...when(different.size < CAUSES, 'design.causes-few', `${different.size} different causes`),
    ...when(
      thin !== undefined,
      'design.cause-thin',
      `cause "${thin?.cause}", see "${thin?.see}", mend "${thin?.mend}"`,
    ),
  ]
}

function judgeReplay({ replay }: OperationsFile, { topics, groups, deadLetters }: TopicsFile): Finding[] {
  const { group, to, eventId, perSecond } = replay
  const letters = deadLetters.map(({ name }) => name)
  const target = to === 'origin' || topics.some(({ name }) => name === to)
  return [
    ...when(
      group === '' || groups.some(({ name }) => name === group),
      'design.replay-in-main-group',
      `replay.group: ${group || 'none'}`,
    ),
    ...when(!target, 'design.replay-nowhere', `replay.to: ${to}${letters.includes(to) ? ', a dead-letter topic' : ''}`),
    ...when(eventId !== 'kept', 'design.replay-new-ids', `replay.eventId: ${eventId}`),
    ...when(perSecond <= 0 || perSecond > PEAK, 'design.replay-flood', `replay.perSecond: ${perSecond}`),
  ]
}
