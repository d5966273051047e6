import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Context, ExitCode } from '../command.ts'
import type { WatchKey } from '../student/watch-keys.ts'
import { createPaint } from '../terminal/paint.ts'
import { createSink } from '../terminal/sink.ts'
import { type Check, check } from './check.ts'
import { type CheckReport, reportOf } from './report.ts'
import { scenario } from './scenario.ts'
import { pass } from './verdict.ts'
import { watchWorkspace } from './watch.ts'
import { OwnWrites, watchRounds } from './watch-order.ts'

const shared = scenario({ name: 'shared', topics: 'none', drive: async () => null })
const alone = scenario({ name: 'alone', topics: 'none', drive: async () => null })
const make = (id: string, drive = alone): Check => check({ id, title: id, marks: 1, drive, judge: () => pass })
const D = { part: 'd-producer', checks: [make('D1'), make('D2', shared), make('D3', shared)] } as const
const C = { part: 'c-events', checks: [make('C1')] } as const
const ids = (rounds: ReturnType<typeof watchRounds>) =>
  rounds.map(({ parts }) => parts.flatMap(({ checks }) => checks.map(({ id }) => id)).join(' '))

test('given a part at work and one behind it, when rounds are made, then the part at work comes first', () => {
  assert.deepEqual(ids(watchRounds({ atWork: [D], behind: [C] }, new Set())), ['D1 D2 D3', 'C1'])
})
test('given a part behind the one at work, when rounds are made, then only its rounds are marked as behind', () => {
  const rounds = watchRounds({ atWork: [D], behind: [C] }, new Set(['D3', 'C1']))
  assert.deepEqual(
    rounds.map(({ behind }) => behind),
    [false, false, true],
  )
})
test('given a check that failed, when rounds are made, then it comes first, with those that share its scenario', () => {
  assert.deepEqual(ids(watchRounds({ atWork: [D], behind: [C] }, new Set(['D3']))), ['D2 D3', 'D1', 'C1'])
})

test('given a file that changes during three checks in a row, when it changes, then it counts no more; one that pauses does', () => {
  const own = new OwnWrites()
  const told: string[] = []
  const counts = (path: string) => own.counts(path, () => told.push(path))
  for (const [data, order] of [
    [true, true],
    [true, true],
    [false, undefined],
    [false, true],
  ]) {
    own.next()
    assert.equal(counts('data.json'), data)
    assert.equal(counts('data.json'), data, 'several writes in one round are one')
    if (order !== undefined) assert.equal(counts('order.ts'), order)
  }
  assert.deepEqual(told, ['data.json'])
})

interface Scene {
  readonly dir: string
  readonly said: string[]
  /** The checks of each round, as they began. */
  readonly rounds: string[]
  /** Verdicts to come, round by round; `wait` lasts until it is interrupted, and of `C1` that check alone fails. */
  readonly verdicts: ('pass' | 'fail' | 'wait' | 'C1')[]
  /** As if this key were typed. */
  type(key: WatchKey): void
  until(what: string, holds: () => boolean): Promise<void>
  end(): Promise<ExitCode>
}

async function watching(t: TestContext, poll: boolean, verdicts: Scene['verdicts']): Promise<Scene> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'wächter ü '))
  const said: string[] = []
  const rounds: string[] = []
  const stop = new AbortController()
  const sink = createSink({ write: (text) => said.push(text) })
  const ctx: Context = {
    ...{ out: sink, err: sink, paint: createPaint(false), json: false, verbose: false, interactive: false },
    ...{ cwd: dir, home: dir, stateDir: dir, env: {}, signal: stop.signal, now: Date.now },
  }
  const nothing = async () => {}
  let type: Scene['type'] = () => {}
  const ended = watchWorkspace({
    ...{ ctx, workspace: dir, poll, selection: { atWork: [D], behind: [C] } },
    once: async ({ parts }, signal) => {
      rounds.push(parts.flatMap(({ checks }) => checks.map(({ id }) => id)).join(' '))
      const verdict = verdicts.shift() ?? 'pass'
      if (verdict === 'wait')
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      const report = (one: Check): CheckReport => ({
        id: one.id,
        verdict: verdict === 'pass' || (verdict === 'C1' && one.id !== 'C1') ? 'pass' : 'fail',
        marks: 0,
        max: 1,
        seconds: 0,
      })
      return reportOf(
        parts.map(({ part, checks }) => ({ part, checks: checks.map(report) })),
        0,
      )
    },
    help: {
      footer: async () => sink.line('FOOTER'),
      hint: nothing,
      list: nothing,
      answer: async (part) => sink.line(`ANSWER ${part}`),
      run: async () => sink.line('THE SHOP RAN'),
      next: async () => undefined,
      all: async () => ({ atWork: [D, C], behind: [] }),
    },
    keyboard: (_ctx, onKey) => {
      type = onKey
      return { lend: (work) => work(), close: () => {} }
    },
  })
  const end = () => {
    stop.abort()
    return ended
  }
  t.after(async () => {
    await end()
    rmSync(dir, { recursive: true, force: true })
  })
  const until = async (what: string, holds: () => boolean) => {
    const deadline = performance.now() + 10_000
    while (!holds()) {
      if (performance.now() > deadline)
        assert.fail(`${what}: did not come. Said: ${said.join('')} Rounds: ${rounds.join(' | ')}`)
      await pause(5)
    }
  }
  return { dir, said, rounds, verdicts, type: (key) => type(key), until, end }
}

const footers = ({ said }: Scene) => said.filter((line) => line === 'FOOTER\n').length

for (const poll of [false, true]) {
  const how = poll ? 'by the clock' : 'told by the system'
  test(`given a watched folder (${how}), when a file is saved, then "Checking…" comes soon and the round behind it`, async (t) => {
    const scene = await watching(t, poll, [])
    await scene.until('the first rounds', () => footers(scene) === 1)
    assert.deepEqual(scene.rounds, ['D1 D2 D3', 'C1'])
    mkdirSync(path.join(scene.dir, 'new folder'))
    writeFileSync(path.join(scene.dir, 'new folder', 'größe.ts'), '1')
    const since = performance.now()
    await scene.until('the line', () => scene.said.some((line) => line.startsWith('Checking… new folder')))
    t.diagnostic(`${Math.round(performance.now() - since)} ms from save to line`)
    await scene.until('the rounds', () => scene.rounds.length === 4 && footers(scene) === 2)
  })
}

test('given a round that fails, when a file is saved, then what failed is checked first, and nothing behind it until it is right', async (t) => {
  const scene = await watching(t, false, ['fail'])
  await scene.until('the first round', () => footers(scene) === 1)
  assert.deepEqual(scene.rounds, ['D1 D2 D3'])
  writeFileSync(path.join(scene.dir, 'a.ts'), '1')
  await scene.until('the second', () => footers(scene) === 2)
  assert.deepEqual(scene.rounds, ['D1 D2 D3', 'D1 D2 D3', 'C1'])
})

test('given a check that runs, when a file is saved, then the check is dropped and begun anew', async (t) => {
  const scene = await watching(t, false, ['wait', 'pass'])
  await scene.until('the round to begin', () => scene.rounds.length === 1)
  writeFileSync(path.join(scene.dir, 'a.ts'), '1')
  await scene.until('the new rounds', () => footers(scene) === 1)
  assert.deepEqual(scene.rounds, ['D1 D2 D3', 'D1 D2 D3', 'C1'])
})

test('given a check that runs, when c is typed, then it is dropped and all parts are checked', async (t) => {
  const scene = await watching(t, false, ['wait'])
  await scene.until('the round to begin', () => scene.rounds.length === 1)
  scene.type('check-all')
  await scene.until('the round of all', () => footers(scene) === 1)
  assert.deepEqual(scene.rounds, ['D1 D2 D3', 'D1 D2 D3 C1'])
})

test('given all parts checked and one of them failed, when a is typed, then it is the answer of that one', async (t) => {
  const scene = await watching(t, false, ['wait', 'C1'])
  await scene.until('the round to begin', () => scene.rounds.length === 1)
  scene.type('check-all')
  await scene.until('the round of all', () => footers(scene) === 1)
  scene.type('answer')
  await scene.until('the answer', () => footers(scene) === 2)
  assert.deepEqual(
    scene.said.filter((line) => line.startsWith('ANSWER')),
    ['ANSWER c-events\n'],
  )
})

test('given a check that runs, when r is typed, then the shop runs instead, and the check begins anew when it has ended', async (t) => {
  const scene = await watching(t, false, ['wait'])
  await scene.until('the round to begin', () => scene.rounds.length === 1)
  scene.type('run')
  await scene.until('the rounds behind it', () => footers(scene) === 1)
  assert.deepEqual(scene.rounds, ['D1 D2 D3', 'D1 D2 D3', 'C1'])
  assert.ok(scene.said.indexOf('THE SHOP RAN\n') < scene.said.indexOf('FOOTER\n'))
})

test('given nothing that is checked, when r is typed, then the shop runs and no check begins behind it', async (t) => {
  const scene = await watching(t, false, [])
  await scene.until('the first rounds', () => footers(scene) === 1)
  scene.type('run')
  await scene.until('the keys', () => footers(scene) === 2)
  assert.equal(scene.rounds.length, 2)
})

test('given files that tools and the lab write, when they change, then nothing is checked', async (t) => {
  const scene = await watching(t, false, [])
  await scene.until('the first rounds', () => footers(scene) === 1)
  for (const file of [
    '.lab/progress.json',
    '.saved/x/a.ts',
    'node_modules/x/i.js',
    '.git/index',
    'lab-report.html',
    'a.ts~',
    'a.log',
  ]) {
    mkdirSync(path.dirname(path.join(scene.dir, file)), { recursive: true })
    writeFileSync(path.join(scene.dir, file), '1')
  }
  writeFileSync(path.join(scene.dir, 'last.ts'), '1')
  await scene.until('the line for the last', () => footers(scene) === 2)
  assert.deepEqual(
    scene.said.filter((line) => line.startsWith('Checking')),
    ['Checking… last.ts changed\n'],
  )
})

test('given a check that runs, when the program is interrupted, then it ends with 130', async (t) => {
  const scene = await watching(t, false, ['wait'])
  await scene.until('the round to begin', () => scene.rounds.length === 1)
  assert.equal(await scene.end(), 130)
})

test('given a shop that writes a file at every check, when it is watched, then the checks come to an end, and an edit of it while idle counts', async (t) => {
  const scene = await watching(t, false, ['wait', 'wait', 'wait'])
  for (const round of [1, 2, 3]) {
    await scene.until(`round ${round}`, () => scene.rounds.length === round)
    writeFileSync(path.join(scene.dir, 'data.json'), String(round))
  }
  await scene.until('the sentence', () => scene.said.some((line) => line.startsWith('data.json changes whenever')))
  writeFileSync(path.join(scene.dir, 'order.ts'), '1')
  await scene.until('the end of the rounds', () => footers(scene) === 1)
  const before = scene.rounds.length
  writeFileSync(path.join(scene.dir, 'data.json'), 'by hand')
  await scene.until('a new round', () => scene.rounds.length > before)
})
