import assert from 'node:assert/strict'
import { test } from 'node:test'
import { check } from './check.ts'
import { judge } from './judge.ts'
import { sampleHistory } from './sample-history.ts'
import { scenario } from './scenario.ts'
import { pass } from './verdict.ts'

const good = check({
  id: 'F1',
  title: 'anything',
  marks: 1,
  drive: scenario({ name: 'anything', topics: 'none', drive: async () => null }),
  judge: () => pass,
})

for (const [ended, id, why] of [
  ['memory', 'process.too-much-memory', 'it used more than 1 GB of memory'],
  ['flood', 'process.too-much-output', 'it printed more than 256 MB'],
] as const) {
  test(`given a program that the kit ended for its ${ended}, when a check on it is judged, then that is what it is told`, () => {
    const acts = [{ at: 5, act: 'SIGKILL', why } as const]
    const history = sampleHistory(null, { processes: [{ name: 'inventory' }, { name: 'payment', ended, acts }] })
    const judgement = judge(good, { kind: 'driven', history })
    assert.ok(judgement.kind === 'fail')
    const { diagnosis } = judgement
    assert.deepEqual([diagnosis.id, diagnosis.did, diagnosis.first], [id, 'ran payment: node x.ts', why])
    assert.equal(diagnosis.saw, `${why}; the kit ended it`)
  })
}

test('given a program that was ended at a deadline, when a check on it is judged, then the check itself decides', () => {
  const history = sampleHistory(null, { processes: [{ ended: 'deadline' }] })
  assert.equal(judge(good, { kind: 'driven', history }), pass)
})
