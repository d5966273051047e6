import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allDiagnoses } from './all-diagnoses.ts'
import { PARTS } from './contract.ts'
import { checksOf, PART_NAMES, select } from './course.ts'

test('given the course, when its marks are added, then each part has those of the contract and all have 100', async () => {
  let sum = 0
  for (const part of PART_NAMES) {
    const marks = (await checksOf(part)).reduce((total, check) => total + check.marks, 0)
    assert.equal(marks, PARTS[part], part)
    sum += marks
  }
  assert.equal(sum, 100)
})

test('given the course, when its checks are listed, then ids are unique, named after their part, and rest on known ones', async () => {
  const all = (
    await Promise.all(PART_NAMES.map(async (part) => (await checksOf(part)).map((check) => ({ part, check }))))
  ).flat()
  const ids = all.map(({ check }) => check.id)
  assert.equal(new Set(ids).size, ids.length)
  for (const { part, check } of all) {
    assert.equal(check.id[0]?.toLowerCase(), part[0])
    for (const id of [...check.needs, ...check.restsOn, ...check.buildsOn])
      assert.ok(ids.indexOf(id) < ids.indexOf(check.id), `${check.id} → ${id}`)
  }
})

test('given words of every kind, when selected, then parts and checks come in the order of the course', async () => {
  const ids = async (...words: string[]) =>
    (await select(words)).flatMap(({ checks }) => checks.map((check) => check.id)).join(' ')
  assert.equal(await ids('d'), 'D1 D2 D3 D4')
  assert.equal(await ids('e2,d-producer', 'A'), 'A1 A2 A3 A4 D1 D2 D3 D4 E2')
  assert.equal(await ids('D4,D1'), 'D1 D4')
  assert.equal((await ids('all')).split(' ').length, (await ids()).split(' ').length)
})

for (const word of ['z', 'd5', 'producer', 'd-', '1']) {
  test(`given the word ${word}, when selected, then the answer says what there is`, async () => {
    await assert.rejects(select([word]), RangeError)
  })
}

test('given all diagnoses, when listed, then ids are unique and every text is a sentence of its own', async () => {
  const all = await allDiagnoses()
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length)
  for (const { id, expected, cause, next } of all) {
    assert.match(id, /^[a-z]+\.[a-z-]+$/)
    assert.ok(expected !== '' && next !== '', id)
    assert.match(cause, /[.?]$/, id)
  }
})
