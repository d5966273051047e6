/** In a real terminal, by `script`; where that is missing (or is another system's), these are skipped. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { layParts } from '../author/lay.ts'

const MAIN = path.resolve(import.meta.dirname, '../main.ts')
const skip = spawnSync('script', ['--version']).stdout?.includes('util-linux')
  ? false
  : 'there is no script(1) of util-linux'

function terminal(t: TestContext, ...args: string[]) {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'terminal ü '))
  return inFolder(t, cwd, args)
}

function inFolder(t: TestContext, cwd: string, args: readonly string[]) {
  const typed = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ')
  const env = { ...process.env, TERM: 'xterm-256color', CI: '', KAFKA_BROKERS: '127.0.0.1:1' }
  const child = spawn('script', ['-qec', typed, '/dev/null'], { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(cwd, { recursive: true, force: true })
  })
  const until = async (pattern: RegExp) => {
    const deadline = performance.now() + 60_000
    while (!pattern.test(stripVTControlCharacters(said))) {
      if (performance.now() > deadline) assert.fail(`${pattern} did not come. Said: ${said}`)
      await pause(20)
    }
  }
  /** Forgets what was said before: what is waited for must come from now on. */
  const type = (keys: string) => {
    said = ''
    child.stdin.write(keys)
  }
  return { until, ended, type }
}

test('given lab alone in a terminal, when a choice is made, then it is done, the menu comes back, and Ctrl-C ends it with 130', {
  skip,
}, async (t) => {
  const { until, ended, type } = terminal(t)
  await until(/Nothing is started yet\.[\s\S]*❯ Start part A/)
  type('\r')
  await until(/docker-compose\.yml +added[\s\S]*❯ Work on part A/)
  type('\u0003')
  assert.equal(await ended, 130)
})

test('given a part that is watched in a terminal, when its keys are typed, then each does what the line of keys says', {
  skip,
}, async (t) => {
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'terminal ü '))
  await layParts(['a-kafka', 'b-services', 'c-events'], path.join(cwd, 'my-shop'), 'solution')
  const { until, ended, type } = inFolder(t, cwd, ['check', 'c', '--watch', '--yes-use-this-broker'])
  await until(/C1[\s\S]*6 of 6 marks[\s\S]*Part C has all its 6 marks[\s\S]*q quit/)
  type('h')
  await until(/Hint for C1 {2}\(it passes already\)[\s\S]*Ask yourself[\s\S]*Hints cost nothing/)
  type('l')
  await until(/›\s+C [\s\S]*6 of 6[\s\S]*C1✓ C2✓ C3✓/)
  type('a')
  await until(/── shared\/events\.ts: the same[\s\S]*q quit/)
  type('n')
  await until(/Part C has all its 6 marks\. Part A, before it, has not\.[\s\S]*Start part A/)
  type('n\r')
  await until(/q quit/)
  type('q')
  assert.equal(await ended, 0)
})

test('given an answer before the first try in a terminal, when it is declined, then nothing is shown', {
  skip,
}, async (t) => {
  const { until, ended, type } = terminal(t, 'answer', 'd')
  await until(/have not tried part D yet[\s\S]*all the same\?/)
  type('n\r')
  assert.equal(await ended, 0)
})

test('given a quiz in a terminal, when a question is answered, then the answer is explained before the next', {
  skip,
}, async (t) => {
  const { until, ended, type } = terminal(t, 'quiz', 'a')
  await until(/1\. What is a topic\?/)
  type('\r')
  await until(/✗ a1: not a but b[\s\S]*2\. KAFKA_ADVERTISED/)
  type('\u0003')
  assert.equal(await ended, 130)
})

test('given a review in a terminal, when a question is missed, then it is explained and comes once more', {
  skip,
}, async (t) => {
  const { until, ended, type } = terminal(t, 'quiz', '--review', '--count', '1')
  await until(/0 due, 1 new[\s\S]*What is a topic\?[\s\S]*❯ A queue/)
  type('\r')
  await until(/✗ A named log[\s\S]*Once more, what you missed[\s\S]*What is a topic\?[\s\S]*❯ A queue/)
  type('\u001b[B\r')
  await until(/✓ right[\s\S]*0 of 1 at the first try/)
  assert.equal(await ended, 0)
})

test('given a viva with oneself in a terminal, when the answer was known, then that is noted', {
  skip,
}, async (t) => {
  const { until, ended, type } = terminal(t, 'viva', '--self', '--count', '1')
  await until(/Question 1 of 1\s+What is a topic\?[\s\S]*❯ Show the answer/)
  type('\r')
  await until(/A named log[\s\S]*in your own words\?/)
  type('y\r')
  await until(/1 of 1 known/)
  assert.equal(await ended, 0)
})
