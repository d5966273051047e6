/**
 * What the commands of the course print, to the letter: `texts.test.ts.snapshot`. After a change on purpose:
 * `node --test --test-update-snapshots cli/student/texts.test.ts`, then read the difference.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Ended, runLab } from '../../tests/run-lab.ts'
import { TABLE } from '../commands/table.ts'

const HOME = path.resolve(import.meta.dirname, '../..')

interface Place {
  readonly workspace: string
  lab(...args: string[]): Promise<Ended>
  /** Prints of several commands, one below the other, without what differs from run to run. */
  play(...lines: string[]): Promise<string>
}

function place(t: TestContext): Place {
  const base = mkdtempSync(path.join(os.tmpdir(), 'läden '))
  t.after(() => rmSync(base, { recursive: true, force: true }))
  const workspace = path.join(base, 'my shop')
  const env = { KAFKA_BROKERS: '127.0.0.1:1', FORCE_COLOR: undefined, NO_COLOR: undefined, CI: undefined }
  const lab = (...args: string[]) => runLab([...args, '--workspace', workspace], env)
  const play = async (...lines: string[]) => {
    const said: string[] = []
    for (const line of lines) {
      const { code, out, err } = await lab(...line.split(' '))
      said.push(`$ lab ${line}\n${clean(out + err)}→ ${code}\n`)
    }
    return said.join('\n')
  }
  const clean = (text: string) =>
    text
      .replaceAll(workspace, '<shop>')
      .replaceAll(base, '<base>')
      .replaceAll(path.relative(process.cwd(), HOME), '')
      .replaceAll(`${HOME}/`, '')
      .replace(/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(-\d+)?(\.\w{4})?/g, '<date>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
  return { workspace, lab, play }
}

test('given the commands of the course, when their help is asked for, then it is this', async (t) => {
  const names = TABLE.filter(({ group, name }) => group === 'The course' && name !== 'check').map(({ name }) => name)
  const helps = await Promise.all(names.map((name) => runLab([name, '--help'])))
  t.assert.snapshot(helps.map(({ out }) => out).join('\n'), { serializers: [(text) => text] })
})

const SCENES: Readonly<Record<string, readonly string[]>> = {
  'a student who begins': ['next', 'start a', 'start a', 'hint', 'hint', 'hint', 'hint a3', 'next', 'progress'],
  'a student who begins in the middle': ['start e', 'next', 'hint I2'],
  'a student without a shop': ['reset a', 'run', 'report', 'progress'],
  'a student who asks for what is not there': [
    'start z',
    'hint Z1',
    'hint A9',
    'answer',
    'quiz z',
    'quiz a --answers a,b',
  ],
  'a quiz': ['quiz c', 'quiz a --answers b,b,c,b,a'],
  'an answer before the first try': ['answer f', 'answer c --yes', 'answer c --diff'],
  'no terminal': ['menu'],
}
for (const [scene, lines] of Object.entries(SCENES)) {
  test(`given ${scene}, when the commands run, then they say this`, async (t) => {
    t.assert.snapshot(await place(t).play(...lines), { serializers: [(text) => text] })
  })
}

test('given edited wiring, when the next part starts and the part is reset, then they say what they copied where', async (t) => {
  const { workspace, play } = place(t)
  const first = await play('start a', 'start b')
  writeFileSync(path.join(workspace, 'order', 'main.ts'), '// mine\n')
  const second = await play('start e', 'reset b')
  t.assert.snapshot(`${first}\n${second}`, { serializers: [(text) => text] })
})

test('given a broken lab.json and a broken progress file, when commands run, then each says what helps', async (t) => {
  const { workspace, play } = place(t)
  await play('start a')
  writeFileSync(path.join(workspace, 'lab.json'), '{\n  "contract": 1,\n  "services": {,}\n}\n')
  writeFileSync(path.join(workspace, '.lab', 'progress.json'), '{"version": 0}')
  t.assert.snapshot(await play('progress', 'start b', 'run', 'hint', 'reset a', 'start b'), {
    serializers: [(text) => text],
  })
})

test('given --json, when a command runs, then it prints one JSON value with what its examples promise', async (t) => {
  const { workspace, lab } = place(t)
  const promised: Readonly<Record<string, readonly string[]>> = {
    'start a': ['part', 'workspace', 'saved', 'files', 'missing'],
    'hint a2': ['check', 'passed', 'open', 'of', 'steps'],
    next: ['part', 'check', 'command', 'why'],
    progress: ['contract', 'marks', 'max', 'minutes', 'current', 'rubric', 'parts'],
    'quiz b': ['part', 'questions'],
    'quiz a --answers b,b,c,b,c': ['part', 'right', 'of', 'answers'],
    'answer c --yes': ['part', 'files'],
    'reset a': ['part', 'workspace', 'saved', 'files', 'missing'],
    menu: ['error'],
    'start z': ['error'],
    'answer d': ['error'],
  }
  for (const [line, keys] of Object.entries(promised)) {
    const { out } = await lab(...line.split(' '), '--json')
    assert.deepEqual(Object.keys(JSON.parse(out)).sort(), keys.toSorted(), line)
  }
  const { out } = await lab('report', '--json', '--name', 'Zoë <b>')
  const { files } = JSON.parse(out) as { files: string[] }
  assert.deepEqual(
    files.map((file) => path.relative(workspace, file)),
    ['lab-report.html', 'lab-report.json'],
  )
  assert.match(readFileSync(files[0] ?? '', 'utf8'), /Zoë &lt;b&gt;/)
  assert.equal(JSON.parse(readFileSync(files[1] ?? '', 'utf8')).name, 'Zoë <b>')
})

test('given a file that is no report where the report belongs, when it is written, then that file stays', async (t) => {
  const { workspace, lab } = place(t)
  await lab('start', 'a')
  writeFileSync(path.join(workspace, 'lab-report.html'), 'my own page')
  const { code, err } = await lab('report')
  assert.equal(code, 2)
  assert.match(err, /is no report of this kit[\s\S]*--out/)
  assert.equal(readFileSync(path.join(workspace, 'lab-report.html'), 'utf8'), 'my own page')
})
