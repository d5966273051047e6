import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Check, check } from './check.ts'
import { type Driver, Runner } from './runner.ts'
import { sampleHistory } from './sample-history.ts'
import { scenario } from './scenario.ts'
import { failWith, type Judgement, pass } from './verdict.ts'

const text = { expected: 'e', cause: 'c', next: 'n', late: true } as const
const fail = failWith({ 'x.dead': { ...text, dead: true }, 'x.late': text })
const dead = fail('x.dead', { did: 'd', saw: 's' })
const late = fail('x.late', { did: 'd', saw: 's' })

/** A check that comes to these judgements, one a try. */
function trying(id: string, ...judgements: Judgement[]): Check {
  return building(id, [], ...judgements)
}

function building(id: string, buildsOn: string[], ...judgements: Judgement[]): Check {
  let times = 0
  const drive = scenario({ name: id, topics: id === 'A1' ? 'none' : 'clean', drive: async () => ({}) })
  const judge = () => judgements[Math.min(times++, judgements.length - 1)] ?? pass
  return check({ id, title: id, marks: 1, timing: true, buildsOn, drive, judge })
}

/** The verdicts, and the scenarios in the order in which they were driven. */
async function run(
  checks: readonly Check[],
  { answers = true, isOwnBroker = false }: { answers?: boolean; isOwnBroker?: boolean } = {},
) {
  const driven: string[] = []
  const driver: Driver = {
    outcome: async ({ name }, { patience }) => {
      driven.push(patience === 1 ? name : `${name} in haste`)
      return { kind: 'driven', history: sampleHistory({}) }
    },
    brokerAnswers: async () => answers,
    checkInterrupt: () => {},
  }
  const [part] = await new Runner({ driver, isOwnBroker }).run([{ part: 'g-inventory-notification', checks }])
  const checked = part?.checks ?? []
  const verdicts = checked.map(({ id, verdict, flaky }) => `${id} ${flaky ? 'flaky' : verdict}`)
  return { verdicts, driven, next: checked.map(({ diagnosis }) => diagnosis?.next) }
}

test('given a check that is late once, when it runs, then it is tried again and called flaky', async () => {
  const { verdicts, driven } = await run([trying('G1', late, pass)])
  assert.deepEqual(verdicts, ['G1 flaky'])
  assert.deepEqual(driven, ['G1', 'G1'])
})

test('given a part without a sign of life at two tries, when others find none either, then they try once; a slow one still tries twice', async () => {
  const { verdicts, driven } = await run([trying('G1', dead), trying('G2', dead), trying('G3', late, pass)])
  assert.deepEqual(verdicts, ['G1 fail', 'G2 fail', 'G3 flaky'])
  assert.deepEqual(driven, ['G1', 'G1', 'G2', 'G3', 'G3'])
})

test('given two parts without a sign of life, when a third shows none either, then it is tried once and waited for less; a slow one still tries twice', async () => {
  const checks = [
    trying('D1', dead),
    trying('E1', dead),
    trying('F1', dead),
    trying('G1', dead, pass),
    trying('H1', late, pass),
  ]
  const { verdicts, driven } = await run(checks)
  assert.deepEqual(verdicts, ['D1 fail', 'E1 fail', 'F1 fail', 'G1 fail', 'H1 flaky'])
  assert.deepEqual(driven, ['D1', 'D1', 'E1', 'E1', 'F1 in haste', 'G1 in haste', 'H1 in haste', 'H1 in haste'])
})

test('given checks that go through what is lifeless, when they are late, then they are tried once, whatever they saw; others twice', async () => {
  const checks = [
    trying('F1', dead),
    building('G1', ['F1'], dead),
    building('H1', ['G1'], late, pass),
    trying('H2', late, pass),
  ]
  const { verdicts, driven } = await run(checks)
  assert.deepEqual(verdicts, ['F1 fail', 'G1 fail', 'H1 fail', 'H2 flaky'])
  assert.deepEqual(driven, ['F1', 'F1', 'G1', 'H1 in haste', 'H2 in haste', 'H2 in haste'])
})

test('given a check beside one that it rests on, when that one shows no life where much is lifeless, then both are tried once', async () => {
  const shared = scenario({ name: 'f', topics: 'clean', drive: async () => ({}) })
  const beside = (id: string, judgement: Judgement, restsOn: string[]) =>
    check({ id, title: id, marks: 1, timing: true, restsOn, drive: shared, judge: () => judgement })
  const checks = [trying('D1', dead), trying('E1', dead), beside('F1', dead, []), beside('F2', late, ['F1'])]
  const { verdicts, driven } = await run(checks)
  assert.deepEqual(verdicts, ['D1 fail', 'E1 fail', 'F1 fail', 'F2 skipped'])
  assert.deepEqual(driven, ['D1', 'D1', 'E1', 'E1', 'f in haste'])
})

test('given a part that came to life at its second try, when another check finds nothing, then it has two tries as well', async () => {
  const { verdicts, driven } = await run([trying('G1', dead, pass), trying('G2', dead, pass)])
  assert.deepEqual(verdicts, ['G1 flaky', 'G2 flaky'])
  assert.deepEqual(driven, ['G1', 'G1', 'G2', 'G2'])
})

test('given a broker that is silent from the start, when it was the student who had to start it, then A1 fails; when the kit had to, then nothing costs a mark', async () => {
  const silent = fail('x.dead', { did: 'd', saw: 's' })
  const checks = () => [trying('A1', silent), trying('G1', silent)]
  assert.deepEqual((await run(checks(), { answers: false })).verdicts, ['A1 fail', 'G1 skipped'])
  const own = await run(checks(), { answers: false, isOwnBroker: true })
  assert.deepEqual(own.verdicts, ['A1 kit-fault', 'G1 kit-fault'])
  assert.doesNotMatch(own.next.join(), /lab up/, 'nobody who grades can start that broker')
})
