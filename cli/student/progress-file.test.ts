import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Context } from '../command.ts'
import { createPaint } from '../terminal/paint.ts'
import { createSink } from '../terminal/sink.ts'
import { NO_PROGRESS, recordHint, recordStart } from './progress.ts'
import { parseProgress, progressPath, readProgress, updateProgress } from './progress-file.ts'

function place(t: TestContext): { ctx: Context; workspace: string; said: string[] } {
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'fortschritt ä '))
  t.after(() => rmSync(workspace, { recursive: true, force: true }))
  const said: string[] = []
  const sink = createSink({ write: (text) => said.push(text) })
  const ctx: Context = {
    ...{ out: sink, err: sink, paint: createPaint(false), json: false, verbose: false, interactive: false },
    ...{ cwd: workspace, home: workspace, stateDir: workspace, env: {}, signal: new AbortController().signal },
    now: () => Date.parse('2026-11-21T06:50:00Z'),
  }
  return { ctx, workspace, said }
}

const some = recordHint(recordStart(NO_PROGRESS, 'a-kafka', 0), 'A2', 1, 60_000)

test('given progress, when it is written and read, then it is the same, and readable for people', async (t) => {
  const { ctx, workspace, said } = place(t)
  await updateProgress(ctx, workspace, () => some)
  assert.deepEqual(await readProgress(ctx, workspace), some)
  assert.match(readFileSync(progressPath(workspace), 'utf8'), /\n {2}"current": "a-kafka",\n/)
  assert.deepEqual(readdirSync(path.join(workspace, '.lab')), ['progress.json'], 'no lock and no half file is left')
  assert.deepEqual(said, [])
})

for (const [what, text] of [
  ['empty', ''],
  ['cut in the middle', JSON.stringify(some).slice(0, 60)],
  ['of another version', JSON.stringify({ ...some, version: 2 })],
  ['of another shape', '{"version":1,"parts":[]}'],
  ['full of marks that cannot be', JSON.stringify({ ...some, parts: { 'a-kafka': { best: -1 } } })],
  ['a list', '[]'],
  ['binary', '\u0000\u0001\ufffd'],
] as const) {
  test(`given a progress file that is ${what}, when it is read, then it is kept under a dated name and that is said`, async (t) => {
    const { ctx, workspace, said } = place(t)
    mkdirSync(path.join(workspace, '.lab'))
    writeFileSync(progressPath(workspace), text)
    assert.deepEqual(await readProgress(ctx, workspace), NO_PROGRESS)
    const [aside = ''] = readdirSync(path.join(workspace, '.lab'))
    assert.match(aside, /^progress\.2026-11-21T06-50-00\.\w{4}\.json$/)
    assert.equal(readFileSync(path.join(workspace, '.lab', aside), 'utf8'), text)
    assert.match(said.join(''), /is broken or from another version.*kept as progress\.2026.*code is untouched/)
  })
}

test('given a text with keys of Object itself, when it is read, then no object of the program changes', () => {
  parseProgress('{"version":1,"current":null,"lastSeen":null,"parts":{},"checks":{"__proto__":{"polluted":true}}}')
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('given twenty changes at once, when they are stored, then none is lost', async (t) => {
  const { ctx, workspace } = place(t)
  const ids = Array.from({ length: 20 }, (_, n) => `${'ABCDEFGHI'[n % 9]}${1 + Math.floor(n / 9)}`)
  await Promise.all(ids.map((id) => updateProgress(ctx, workspace, (before) => recordHint(before, id, 1, 0))))
  assert.deepEqual(Object.keys((await readProgress(ctx, workspace)).checks).sort(), ids.toSorted())
})

test('given a place where nothing can be written, when progress changes, then this is said and the command goes on', async (t) => {
  const { ctx, workspace, said } = place(t)
  writeFileSync(path.join(workspace, '.lab'), 'a file where the folder belongs')
  const after = await updateProgress(ctx, workspace, (before) => recordStart(before, 'b-services', 0))
  assert.equal(after.current, 'b-services')
  assert.match(said.join(''), /could not be stored/)
})

test('given a workspace that is not there, when progress changes, then none is made for it', async (t) => {
  const { ctx, workspace } = place(t)
  const gone = path.join(workspace, 'gone')
  await updateProgress(ctx, gone, (before) => recordStart(before, 'b-services', 0))
  assert.deepEqual(readdirSync(workspace), [])
})
