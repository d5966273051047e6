import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { browserTestFiles } from './browser-step.ts'
import { LONG, LONG_SECONDS, rotated, testFiles } from './run.ts'
import { runLab } from './run-lab.ts'

const home = path.resolve(import.meta.dirname, '..')

test('given the kit, when its tests are gathered, then all of ours are in and nothing of a student or a package', async () => {
  const files = await testFiles(home)
  assert.ok(files.includes('tests/run.test.ts') && files.includes('bin/launcher.test.ts'))
  assert.deepEqual(
    files.filter((file) => /(starter|solution|answer-key|node_modules)\//.test(file)),
    [],
  )
})

test('given a pattern, when tests are gathered, then only paths that hold it; none is wrong usage', async () => {
  assert.deepEqual(await testFiles(home, 'tests/run.test'), ['tests/run.test.ts'])
  const { code, err } = await runLab(['dev', 'test', 'no-such-test'])
  assert.equal(code, 2)
  assert.match(err, /No test file's path holds 'no-such-test'/)
})

test('given many seeds, when test files are chosen, then short ones always come, long ones as far as there is time, and each some time', async () => {
  const all = [...(await testFiles(home)), ...(await browserTestFiles(home))]
  assert.deepEqual(
    Object.keys(LONG).filter((file) => !all.includes(file)),
    [],
    'every long file is there',
  )
  const runs = Array.from({ length: 60 }, (_, seed) => rotated(all, seed))
  const short = all.filter((file) => !(file in LONG))
  for (const run of runs) {
    assert.deepEqual(
      run.filter((file) => !(file in LONG)),
      short,
    )
    const seconds = run.reduce((sum, file) => sum + (LONG[file] ?? 0), 0)
    assert.ok(seconds <= LONG_SECONDS && seconds > LONG_SECONDS - 60, `${seconds} s`)
  }
  assert.deepEqual(
    all.filter((file) => !runs.some((run) => run.includes(file))),
    [],
  )
  assert.deepEqual(rotated(all, 7), rotated(all, 7))
})

test('given benches, when one that does not exist is asked for, then those that do are named', async () => {
  const { code, err } = await runLab(['dev', 'bench', 'nonsense'])
  assert.equal(code, 2)
  assert.match(err, /There are: .*saga/)
})
