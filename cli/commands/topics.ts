import type { TopicInfo } from '../../kit/kafka/bus.ts'
import { type Context, defineCommand, type ExitCode, text, wrongUsage } from '../command.ts'
import { withBus } from '../shop/connect.ts'
import { columns } from '../terminal/columns.ts'

interface Row {
  readonly topic: string
  readonly partitions: number
  /** From the oldest offset that is kept to the newest. */
  readonly messages: bigint
  readonly deadLetters: boolean
}

export const command = defineCommand({
  about:
    'Lists the topics of the cluster: how many partitions each has, and how many messages it keeps. Of one topic: how many each partition keeps.',
  args: { topic: text('[topic]', 'the name of a topic: it alone, partition by partition') },
  examples: [
    ['topics', 'all topics'],
    ['topics order-created', 'how its messages are spread over its partitions'],
    ['topics --json', 'the same for a program'],
  ],
  async run(ctx, { args: { topic } }) {
    if (topic !== undefined) return showPartitions(ctx, topic)
    const rows = (await withBus(ctx, (bus) => bus.topics())).map(rowOf)
    rows.sort((a, b) => Number(a.deadLetters) - Number(b.deadLetters) || a.topic.localeCompare(b.topic))
    if (ctx.json) ctx.out.json({ topics: rows })
    else ctx.out.line(rows.length === 0 ? "There are no topics yet; 'lab demo' makes the shop's." : table(ctx, rows))
    return 0
  },
})

async function showPartitions(ctx: Context, topic: string): Promise<ExitCode> {
  const info = (await withBus(ctx, (bus) => bus.topics())).find((one) => one.topic === topic)
  if (info === undefined) throw wrongUsage(`There is no topic ${topic}.`, "'lab topics' lists those that exist.")
  const partitions = info.partitions
    .map(({ partition, low, high }) => ({ partition, messages: high - low }))
    .toSorted((a, b) => a.partition - b.partition)
  if (ctx.json) ctx.out.json({ topic, partitions })
  else {
    const head = ['partition', 'messages'].map((title) => ctx.paint.faint(title))
    ctx.out.line(columns([head, ...partitions.map(({ partition, messages }) => [`${partition}`, `${messages}`])]))
  }
  return 0
}

function rowOf({ topic, partitions }: TopicInfo): Row {
  const messages = partitions.reduce((sum, { low, high }) => sum + high - low, 0n)
  return { topic, partitions: partitions.length, messages, deadLetters: topic.endsWith('-dlq') }
}

function table({ paint }: Context, rows: readonly Row[]): string {
  const head = ['topic', 'partitions', 'messages', ''].map((title) => paint.faint(title))
  const body = rows.map(({ topic, partitions, messages, deadLetters }) => {
    const alarming = deadLetters && messages > 0n
    const hint = alarming ? paint.warn(`dead letters: lab dlq show ${topic}`) : ''
    return [alarming ? paint.warn(topic) : topic, String(partitions), String(messages), hint]
  })
  return columns([head, ...body])
}
