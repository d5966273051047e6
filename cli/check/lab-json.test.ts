import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseLabJson, readLabJson } from './lab-json.ts'
import { Blocked } from './verdict.ts'

function problem(text: string): string {
  try {
    parseLabJson(text)
  } catch (error) {
    assert.ok(error instanceof Blocked && error.judgement.kind === 'fail')
    return `${error.judgement.diagnosis.id}: ${error.judgement.diagnosis.saw}`
  }
  return 'none'
}

test('given the contract example, when parsed, then services and commands are split into words', () => {
  const lab = parseLabJson(
    '{"contract":1,"build":"make all","services":{"order":{"run":"node \'my order/main.ts\'"}},"commands":{"test":"node --test tests/*.test.ts"}}',
  )
  assert.deepEqual(lab.services.order, ['node', 'my order/main.ts'])
  assert.deepEqual(lab.commands.test, ['node', '--test', 'tests/*.test.ts'])
  assert.deepEqual(lab.build, ['make', 'all'])
})

test('given parts that are not written yet, when parsed, then they are simply absent', () => {
  const lab = parseLabJson('\uFEFF{"contract":1,"services":{"order":{}}}')
  assert.equal(lab.services.order, undefined)
  assert.deepEqual(lab.commands, {})
})

test('given broken JSON, when parsed, then line and column are named', () => {
  assert.match(problem('{\n  "contract": 1,\n  "services": {,}\n}'), /^workspace\.lab-json-broken: line 3, column 16/)
  assert.match(problem('{"contract": 1'), /line 1/)
  assert.match(problem('[]'), /not an object/)
})

test('given an unknown contract, when parsed, then it is named', () => {
  assert.match(problem('{"contract":2}'), /^workspace\.contract-unknown: "contract": 2/)
  assert.match(problem('{}'), /no field "contract"/)
})

test('given a command of the wrong shape, when parsed, then the field is named', () => {
  assert.match(
    problem('{"contract":1,"services":{"payment":{"run":5}}}'),
    /"services.payment": 5 is not a command line/,
  )
  assert.match(problem('{"contract":1,"commands":{"publish":"node \\"x"}}'), /"commands.publish".*double quote/)
  assert.match(problem('{"contract":1,"commands":[]}'), /"commands"/)
})

test('given no lab.json, when read, then the path is named', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lab json ü '))
  t.after(() => rm(folder, { recursive: true }))
  await assert.rejects(
    readLabJson(folder),
    (error) => error instanceof Blocked && error.message.includes(join(folder, 'lab.json')),
  )
})
