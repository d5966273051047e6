import { z } from 'zod'
import { crashPoints } from '../../../kit/service/faults.ts'
import { producedBy } from '../../../services/contracts/catalogue.ts'
import { poisonKinds } from './poison-kinds.ts'
import { inLog, inside, insideAny, ofBroker, ofProcess, SERVICES, type Toggle } from './toggle.ts'
import { wholeShopToggles } from './whole-shop-toggles.ts'

const answer = "the service's own answer"
const percent = (share: number) => z.number().min(1).max(100).default(share).describe('of 100')
/** Topics in the order in which events meet them. */
const topics = ['order', 'payment', 'inventory'].flatMap((service) => producedBy(service as 'order'))
const last = z.int().min(1).max(500).default(5).describe('how many records, counted from the end')

const domain = [
  inside(
    'payment',
    {
      id: 'decline',
      title: 'Payment declined',
      letter: 'd',
      about: 'The payment service declines a share of the orders, and they are cancelled.',
      confirmedBy: answer,
    },
    { percent: z.number().min(10).max(100).default(100).describe('of 100 orders; the seed chooses which') },
  ),
  inside(
    'inventory',
    {
      id: 'out-of-stock',
      title: 'Out of stock',
      letter: 'o',
      about: 'The shelf looks empty to new orders: each is refunded and cancelled.',
      confirmedBy: answer,
    },
    { productId: z.coerce.string().min(1).max(200).optional().describe('of this product alone') },
  ),
]

const processes = [
  ofProcess(
    'payment',
    5,
    {
      id: 'kill',
      title: 'Kill',
      letter: 'k',
      about: 'Ends a process at once, as kill -9 or a power cut does; when it is mended, the process starts again.',
      confirmedBy: 'the process is gone',
    },
    {},
  ),
  ofProcess(
    'payment',
    60,
    {
      id: 'crash',
      title: 'Crash at a point',
      letter: 'c',
      about: 'The process dies the next time that it passes one named line of its code, and starts again.',
      confirmedBy: `${answer} that it is armed; counted when it dies`,
    },
    {
      point: z.enum(crashPoints).default('tx.after-commit/before-ack').describe('where'),
      nth: z.int().min(1).max(1_000_000).default(1).describe('the time that it is passed'),
      times: z.int().min(1).max(100).default(1).describe('how many crashes'),
      restartAfter: z.number().min(0).max(600).default(1).describe('seconds until it starts again'),
    },
  ),
  ofProcess(
    'payment',
    15,
    {
      id: 'freeze',
      title: 'Freeze',
      letter: 'z',
      about:
        'Stops the time of a process (SIGSTOP): its connections stay open, it does nothing, its group gives it up.',
      confirmedBy: 'the state of the process',
    },
    {},
  ),
  ofProcess(
    'notification',
    15,
    {
      id: 'pause',
      title: 'Down for a while',
      letter: 'p',
      about: 'Stops a process in order (SIGTERM) and starts it again later: what came meanwhile waits in Kafka.',
      confirmedBy: 'the process is gone',
    },
    {},
  ),
]

const slowAndFlaky = [
  insideAny(
    'payment',
    {
      id: 'slow',
      title: 'Slow',
      letter: 's',
      about: 'Each event takes this long, and one is handled after the other: the lag grows.',
      confirmedBy: answer,
    },
    { ms: z.int().min(1).max(60_000).default(500).describe('an event, in milliseconds') },
  ),
  insideAny(
    'payment',
    {
      id: 'flaky',
      title: 'Failing now and then',
      letter: 'y',
      about: 'A share of all tries to handle an event fails, as with a bank that is away now and then.',
      confirmedBy: answer,
    },
    { percent: percent(50) },
  ),
]

const log = [
  inLog(
    topics,
    {
      id: 'duplicate',
      title: 'Deliver twice',
      letter: 'u',
      about: 'The last events of a topic come again, under their own ids.',
      confirmedBy: 'the records in the log, or the offsets of the group',
    },
    {
      last,
      how: z
        .enum(['republish', 'rewind'])
        .default('republish')
        .describe('write them again, or stop the service, set its offsets back and start it'),
      service: z
        .enum(SERVICES)
        .optional()
        .describe('with rewind: whose offsets; default: the first reader of the topic'),
    },
  ),
  inLog(
    topics,
    {
      id: 'reorder',
      title: 'Out of order',
      letter: 'r',
      about:
        'The last events of a topic come again with the orders shuffled; the events of one order keep their order.',
      confirmedBy: 'the records in the log',
    },
    { last: last.default(10) },
  ),
  inLog(
    topics,
    {
      id: 'poison',
      title: 'Poison message',
      letter: 'x',
      about: 'Writes a record that no reader can make sense of.',
      confirmedBy: 'the record in the log',
    },
    {
      kind: z
        .enum(poisonKinds.map(({ name }) => name))
        .default('bad-json')
        .describe('what is wrong with it'),
      count: z.int().min(1).max(100).default(1).describe('how many'),
      key: z.string().min(1).max(200).default('poison').describe('the message key, and so the partition'),
    },
  ),
  insideAny(
    'payment',
    {
      id: 'hold',
      title: 'Partition held back',
      letter: 'h',
      about: 'One partition is not handled: its orders wait, and those of the other partitions overtake them.',
      confirmedBy: answer,
    },
    { partition: z.int().min(0).max(10_000).default(0).describe('of every topic that the service reads') },
  ),
]

const broker = [
  ofBroker(15, {
    id: 'broker-freeze',
    title: 'Broker frozen',
    letter: 'b',
    about: 'Kafka stops answering while all connections stay open: events pile up in the outboxes.',
    confirmedBy: 'the broker does not answer',
  }),
  ofBroker(null, {
    id: 'broker-restart',
    title: 'Broker restarted',
    letter: 't',
    about: 'Kafka ends in order and starts again on its data.',
    confirmedBy: 'another process answers at its address',
  }),
]

const safetyOff = [
  insideAny(
    'notification',
    {
      id: 'no-inbox',
      title: 'Inbox off',
      letter: 'I',
      about: 'Nothing remembers that an event was handled: each delivery counts as the first.',
      confirmedBy: answer,
      anomaly: 'An event that comes twice is charged, reserved or mailed twice.',
    },
    {},
  ),
  insideAny(
    'payment',
    {
      id: 'no-outbox',
      title: 'Outbox off',
      letter: 'O',
      about: 'Events are sent after the commit from memory, and stand in no table.',
      confirmedBy: answer,
      anomaly: 'A crash between commit and send loses the event: the order hangs for ever.',
    },
    {},
  ),
  insideAny(
    'payment',
    {
      id: 'no-retry',
      title: 'Retries off',
      letter: 'R',
      about: 'An event that fails once is not tried again.',
      confirmedBy: answer,
      anomaly:
        'A hiccup that a second try would have survived costs the event: it lies among the dead letters, its order hangs.',
    },
    {},
  ),
  insideAny(
    'payment',
    {
      id: 'no-dlq',
      title: 'Dead letters off',
      letter: 'D',
      about: 'What cannot be handled has nowhere to go.',
      confirmedBy: answer,
      anomaly: 'A poison message blocks all orders of its partition, or vanishes without a trace.',
    },
    { mode: z.enum(['block', 'drop']).default('block').describe('it stays in the way, or is lost') },
  ),
]

/** Every failure toggle there is, in the order in which they are shown. */
export const TOGGLES: readonly Toggle[] = [
  ...domain,
  ...processes,
  ...slowAndFlaky,
  ...log,
  ...broker,
  ...safetyOff,
  ...wholeShopToggles,
]

export const toggleOf = (id: string): Toggle | undefined => TOGGLES.find((toggle) => toggle.id === id)

/** The settings of a toggle when nothing is said. */
export const defaultsOf = ({ settings }: Toggle): Record<string, unknown> => settings.parse({})
