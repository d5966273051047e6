import { type Context, defineCommand, number, text, wrongUsage } from '../command.ts'
import { withBus } from '../shop/connect.ts'
import { columns } from '../terminal/columns.ts'
import { type DeadLetter, findDeadLetterTopic, readDeadLetters } from '../topics/dead-letters.ts'
import { eventJson } from '../topics/event-line.ts'

const NEWEST = 50

export const command = defineCommand({
  about: 'Shows the dead letters of a topic and why each is there; with --offset one of them whole.',
  args: { topic: text('<topic>', 'such as order-created-dlq, or order-created') },
  options: {
    offset: number('--offset <offset>', 'show this one with all its headers and its value'),
    partition: number('--partition <partition>', 'of --offset; dead-letter topics have one, 0', { fallback: 0 }),
    limit: number('--limit <count>', 'how many, the newest', { fallback: NEWEST, min: 1 }),
  },
  examples: [
    ['dlq show order-created', 'the newest dead letters of order-created-dlq'],
    ['dlq show order-created-dlq --offset 3', 'one of them, whole'],
    ['dlq show order-created --json', 'all there is to know, for a program'],
  ],
  async run(ctx, { args, options: { offset, partition, limit } }) {
    const { topic, letters } = await withBus(ctx, async (bus) => {
      const found = await findDeadLetterTopic(bus, args.topic)
      return { topic: found, letters: await readDeadLetters(bus, found) }
    })
    const chosen = offset === undefined ? letters.slice(-limit) : [findLetter(letters, topic, partition, offset)]
    if (ctx.json) ctx.out.json({ topic, letters: chosen.map(forMachines) })
    else if (offset !== undefined) ctx.out.line(whole(ctx, chosen[0]!))
    else ctx.out.line(letters.length === 0 ? `${topic} is empty.` : table(ctx, chosen, letters.length))
    return 0
  },
})

/** Throws wrong usage where there is no letter at that offset (any more). */
export function findLetter(
  letters: readonly DeadLetter[],
  topic: string,
  partition: number,
  offset: number,
): DeadLetter {
  const found = letters.find(({ record }) => record.partition === partition && record.offset === BigInt(offset))
  if (found !== undefined) return found
  const offsets = letters.map(({ record }) => record.offset)
  const kept = offsets.length === 0 ? 'It is empty.' : `It keeps the offsets ${offsets[0]} to ${offsets.at(-1)}.`
  throw wrongUsage(`${topic} has no letter at offset ${offset} of partition ${partition}.`, kept)
}

function table(ctx: Context, letters: readonly DeadLetter[], kept: number): string {
  const { paint } = ctx
  const head = ['offset', 'since', 'key', 'group', 'tries', 'error'].map(paint.faint)
  const rows = letters.map(({ record, reason, replayed }) => [
    `${record.partition}/${record.offset}${replayed ? paint.faint(' replayed') : ''}`,
    reason?.at || new Date(record.timestamp).toISOString(),
    record.key?.toString('utf8') ?? '',
    reason?.group ?? '',
    String(reason?.attempts ?? ''),
    paint.warn((reason?.error ?? 'unknown: no header says where it came from').slice(0, 120).replace(/\s+/g, ' ')),
  ])
  const topic = letters[0]?.record.topic
  const shown = letters.length < kept ? `The newest ${letters.length} of ${kept}. ` : ''
  const hint = `${shown}One of them whole: lab dlq show ${topic} --offset N. Publish them again: lab dlq replay ${topic} --all`
  return `${columns([head, ...rows])}\n\n${paint.faint(hint)}`
}

function whole({ paint }: Context, { record, reason, replayed }: DeadLetter): string {
  const headers = Object.entries(record.headers).map(([name, value]) => [paint.faint(name), value])
  return [
    `${paint.strong(`${record.topic}/${record.partition} @${record.offset}`)}${replayed ? ' (replayed)' : ''}`,
    reason === null ? '' : paint.warn(reason.error),
    columns([[paint.faint('key'), record.key?.toString('utf8') ?? 'none'], ...headers], 2),
    '',
    pretty(record.value),
  ].join('\n')
}

function pretty(value: Buffer | null): string {
  const text = value?.toString('utf8') ?? 'empty'
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function forMachines({ record, reason, replayed }: DeadLetter): object {
  return { ...eventJson(record), reason, replayed }
}
