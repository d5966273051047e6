import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PARTS, partFiles } from '../author/lay.ts'
import { KNOWN_ENTRIES, mergeLabJson, NEEDED_ENTRIES } from './lab-json-entries.ts'
import { missingBefore, planReset, planStart, type Situation } from './start-plan.ts'

const situation = (facts: Partial<Situation> & { present: ReadonlyMap<string, string> }): Situation => ({
  starter: new Map([['order/main.ts', 'new']]),
  earlier: new Set(),
  later: new Set(),
  startedBefore: false,
  ...facts,
})
const plan = (facts: Partial<Situation> & { present: ReadonlyMap<string, string> }) =>
  planStart(situation(facts)).map(({ action }) => action)
const edited = new Map([['order/main.ts', 'edited']])
const wiring = new Set(['order/main.ts'])

test('given a file that is not there, when a part starts, then it is added', () => {
  assert.deepEqual(plan({ present: new Map() }), ['added'])
})
test('given a file that the student wrote, when a part starts that brings one of that name, then theirs is kept', () => {
  assert.deepEqual(plan({ present: edited }), ['kept'])
})
test('given the wiring of an earlier part, when a part starts that wires anew, then it is changed', () => {
  assert.deepEqual(plan({ present: edited, earlier: wiring }), ['changed'])
})
test('given a part that was started before, when it starts again, then what is there is kept', () => {
  assert.deepEqual(plan({ present: edited, earlier: wiring, startedBefore: true }), ['kept'])
})
test('given the wiring of a later part, when an earlier part starts, then the later wiring is kept', () => {
  assert.deepEqual(plan({ present: edited, earlier: wiring, later: wiring }), ['kept'])
  assert.deepEqual(
    planReset(situation({ present: edited, later: wiring })).map(({ action }) => action),
    ['kept'],
  )
})
test('given an edited file, when its part is reset, then it is changed', () => {
  assert.deepEqual(
    planReset(situation({ present: edited })).map(({ action }) => action),
    ['changed'],
  )
})

test('given files of two earlier parts and one of them here, when asked what is missing, then the others are named by part', () => {
  const earlier = new Map([
    ['a', ['lab.json', 'x.ts']],
    ['b', ['y.ts']],
  ])
  assert.deepEqual([...missingBefore(earlier, new Set(['lab.json', 'y.ts']))], [['a', ['x.ts']]])
})

const STARTER = JSON.stringify({ contract: 1, services: { order: { run: 'node o' } }, commands: { publish: 'node p' } })

test('given a lab.json with entries and fields of its own, when a part is merged, then all of them stay and only what it lacks is added', () => {
  const theirs = {
    contract: 1,
    note: 'mine',
    commands: { topics: 'python topics.py' },
    services: { order: 'python o.py' },
  }
  const merged = mergeLabJson(JSON.stringify(theirs), STARTER, 'd-producer')
  assert.deepEqual(merged?.added, ['commands.publish'])
  assert.deepEqual(JSON.parse(merged?.text ?? ''), {
    ...theirs,
    commands: { topics: 'python topics.py', publish: 'node p' },
  })
})
test('given a lab.json that has all a part needs, when it is merged, then its text stays to the letter', () => {
  const theirs = '{ "contract":1,\n\n"commands": {"publish": "" } }'
  assert.deepEqual(mergeLabJson(theirs, STARTER, 'd-producer'), { text: theirs, added: [] })
})
for (const broken of ['', '{', '[]', 'null', '{"services": []}', '{"services": 7, "contract": 1}']) {
  test(`given a lab.json of ${JSON.stringify(broken)}, when a part is merged, then nothing is made of it`, () => {
    assert.equal(mergeLabJson(broken, STARTER, 'b-services'), undefined)
  })
}

test('given the table of entries, when it is compared with the contract, then every entry belongs to a part', () => {
  assert.deepEqual([...new Set(NEEDED_ENTRIES)].sort(), KNOWN_ENTRIES.toSorted())
})

test('given the course, when its starters are looked at, then lab.json comes with part A alone', async () => {
  for (const part of PARTS) assert.equal((await partFiles(part, 'starter')).has('lab.json'), part === 'a-kafka', part)
})
