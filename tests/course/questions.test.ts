/** The questions are complete, their code is that of the wrong shops, and what they say that is printed is what a real run prints. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { after, before, describe, test } from 'node:test'
import { format } from 'node:util'
import { type Admin, Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import { BUG_CODE, bugCodeText } from '../../cli/author/bug-code.ts'
import { ALL_PART_NAMES } from '../../cli/check/course.ts'
import { allCards, bankOf, LETTERS } from '../../labs/questions/bank.ts'
import type { BankQuestion, Predict } from '../../labs/questions/question.ts'
import { brokers } from './processes.ts'

const cards = await allCards()
const bank = (await Promise.all(ALL_PART_NAMES.map(bankOf))).flat()
const isPredict = (question: BankQuestion): question is Predict => question.kind === 'predict'
const predictions = bank.filter(isPredict)

test('given the questions, when they are counted, then there are 120 or more, of four kinds, for each part', () => {
  assert.ok(cards.length >= 120, `${cards.length}`)
  assert.equal(new Set(cards.map(({ id }) => id)).size, cards.length)
  for (const [kind, least] of [
    ['choice', 40],
    ['predict', 30],
    ['order', 15],
    ['bug', 20],
  ] as const)
    assert.ok(cards.filter((card) => card.kind === kind).length >= least, kind)
  for (const part of ALL_PART_NAMES) assert.ok(cards.filter((card) => card.part === part).length >= 10, part)
})

test('given each question, when it is read, then its options differ and its answer is among them', () => {
  for (const { id, kind, ask, code, options, answer, why } of cards) {
    assert.ok(ask.trim() !== '' && why.trim() !== '', id)
    assert.ok(options.length >= 2 && new Set(options).size === options.length, id)
    assert.equal(answer.length, kind === 'order' ? options.length : 1, id)
    for (const letter of answer) assert.ok(LETTERS.indexOf(letter) < options.length, id)
    if (kind === 'order') assert.notEqual(answer, LETTERS.slice(0, options.length), `${id} is in order already`)
    const longest = kind === 'bug' ? 10 : 14
    if (kind === 'bug' || kind === 'predict') assert.ok(code !== undefined && code.split('\n').length <= longest, id)
  }
})

test('given the bank, when the right answers are counted by letter, then none is favoured', () => {
  const fair = cards.filter(({ options, kind }) => options.length === 4 && kind !== 'order')
  for (const letter of 'abcd') {
    const share = fair.filter(({ answer }) => answer === letter).length / fair.length
    assert.ok(share > 0.1 && share < 0.5, `${letter}: ${share}`)
  }
})

test('given the wrong shops, when the code of the questions is taken from them again, then it is what is checked in', async () => {
  assert.equal(await readFile(BUG_CODE, 'utf8'), await bugCodeText(), 'run `node cli/author/bug-code.ts`')
})

async function runs(code: string, exit = false): Promise<string> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const deadline = setTimeout(() => child.kill('SIGKILL'), 60_000)
  let said = ''
  child.stdout.on('data', (data) => {
    said += data
  })
  await once(child, 'close')
  clearTimeout(deadline)
  return exit ? `${said}exit code ${child.exitCode}` : said.trimEnd()
}

describe('given what programs are said to print, when they are run', { concurrency: 4 }, () => {
  for (const { id, code, output, runs: how } of predictions.filter((one) => one.runs !== 'kafka')) {
    test(`then ${id} prints what the question says`, async () => {
      assert.equal(await runs(code, how === 'exit'), output)
    })
  }
})

/** Questions of the parts' quizzes that say what a program does. */
const inQuizzes: Readonly<Record<string, (code: string) => Promise<string>>> = {
  a4: async (code) => {
    const admin = "const admin = { connect: () => Promise.reject(new Error('nobody there')) }"
    return (await runs(`${admin}\n${code}`)).replace('\n', ' and ')
  },
  b3: async (code) => {
    const listening = code.replace('5000', '0')
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', `${listening}.once('listening', () => console.log('up'))`],
      { env },
    )
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    const [exitCode, signal] = await once(child, 'close')
    const shown = 128 + constants.signals[signal as NodeJS.Signals]
    return exitCode === null ? `None: it was ended by the signal, a shell shows ${shown}` : `${exitCode}`
  },
  c3: (code) => runs(code),
  g6: (code) => runs(code),
  h6: (code) => runs(code),
}
for (const [id, run] of Object.entries(inQuizzes)) {
  test(`given ${id}, when its code is run, then it prints what the right option says`, async () => {
    const card = cards.find((one) => one.id === id)
    assert.ok(card?.code)
    assert.equal(await run(card.code), card.options[LETTERS.indexOf(card.answer)])
  })
}

let admin: Admin
let producer: Producer
const topics = new Map(
  predictions.filter((one) => one.runs === 'kafka').map(({ id }) => [id, `questions-${randomUUID()}`]),
)
const groups: string[] = []

before(async () => {
  const kafka = client()
  admin = kafka.admin()
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await Promise.all([admin.connect(), producer.connect()])
  await admin.createTopics({ topics: [...topics.values()].map((topic) => ({ topic, numPartitions: 3 })) })
})
after(async () => {
  await admin.deleteTopics({ topics: [...topics.values()] })
  await Promise.all(groups.map((group) => admin.deleteGroups([group]).catch(() => {})))
  await Promise.all([admin.disconnect(), producer.disconnect()])
})

function client(): Kafka {
  return new Kafka({ clientId: 'questions', brokers: brokers().split(','), logLevel: logLevel.NOTHING })
}

interface Message {
  readonly partition: number
  readonly offset: string
  readonly key: string | null
  readonly value: string | null
}

/** Reads `count` messages as a member of a group, commits them and leaves. */
async function read(topic: string, group: string, count: number): Promise<Message[]> {
  const consumer = client().consumer({ groupId: `${topic}-${group}`, maxWaitTimeInMs: 100 })
  groups.push(`${topic}-${group}`)
  const seen: Message[] = []
  const done = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { offset, key, value } }) => {
      if (seen.length === count) return
      seen.push({ partition, offset, key: key?.toString() ?? null, value: value?.toString() ?? null })
      await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(offset) + 1n) }])
      if (seen.length === count) done.resolve()
    },
  })
  const deadline = setTimeout(() => done.reject(new Error(`${seen.length} of ${count} messages came`)), 60_000)
  try {
    await done.promise
  } finally {
    clearTimeout(deadline)
    await consumer.disconnect()
  }
  return seen
}

const AsyncFunction = (async () => {}).constructor as new (...words: string[]) => (...given: unknown[]) => Promise<void>

for (const { id, code, output } of predictions.filter((one) => one.runs === 'kafka')) {
  test(`given ${id}, when its code is run on the real broker, then it prints what the question says`, async () => {
    const topic = topics.get(id) ?? ''
    const lines: string[] = []
    const console = { log: (...words: unknown[]) => lines.push(format(...words)) }
    const body = new AsyncFunction('topic', 'producer', 'admin', 'read', 'console', code)
    await body(topic, producer, admin, (group: string, count: number) => read(topic, group, count), console)
    assert.equal(lines.join('\n'), output)
  })
}
