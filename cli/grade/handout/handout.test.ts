import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { startBroker } from '../../broker/throwaway.ts'
import { takeIn } from '../intake/intake.ts'
import { handoutFiles, isHandedOut } from './contents.ts'
import { zipOf } from './zip.ts'

const HOME = path.resolve(import.meta.dirname, '../../..')
const full = process.env.FULL === '1'
let dir: string
let kit: string

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const { KAFKA_BROKERS: _, ...outer } = process.env
    const options = { cwd: kit, env: { ...outer, NO_COLOR: '1', ...env }, maxBuffer: 2 ** 25 }
    execFile(program, args, options, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }))
  })
const lab = (args: readonly string[], env?: NodeJS.ProcessEnv) =>
  run(process.execPath, [path.join(kit, 'bin', 'lab.js'), ...args], env)

before(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'lab-handout-'))
  kit = path.join(dir, 'kit')
  const { code, err } = await run2()
  assert.equal(code, 0, err)
  if (!full) await symlink(path.join(HOME, 'node_modules'), path.join(kit, 'node_modules'), 'junction')
})
after(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }))

async function run2(): Promise<Ended> {
  const args = [path.join(HOME, 'cli', 'main.ts'), 'handout', '--out', kit, '--zip', '--json']
  return promisify(execFile)(process.execPath, args, { cwd: dir }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    (error) => ({ code: Number(error.code), out: String(error.stdout), err: String(error.stderr) }),
  )
}

test('given the hand-out, when its files are looked at, then no answer, rubric, test or tool of the instructor is among them', async () => {
  const files = await handoutFiles(HOME)
  const paths = files.map((one) => one.path)
  assert.ok(paths.length > 200)
  for (const one of paths)
    assert.doesNotMatch(one, /answer-key|^rubric|^tests|cli\/grade\/(?!sandbox\/)|\.test\.ts$|node_modules/)
  for (const needed of ['bin/lab.js', 'bin/install.js', 'package-lock.json', 'labs/a-kafka/README.md', 'cli/main.ts'])
    assert.ok(paths.includes(needed), needed)
  assert.equal(isHandedOut('grades/ada/result.json'), false)
  // The words of a solution's file that its starter does not have.
  const solution = await readFile(path.join(HOME, 'answer-key/h-saga/solution/payment/compensate.ts'), 'utf8')
  const lines = solution
    .split('\n')
    .filter((line) => line.trim().length > 40 && !/^\s*(\/\/|import|export|\*)/.test(line))
  const own = files.filter(({ path: file }) => file.startsWith('labs/')).map(({ bytes }) => bytes.toString())
  const starter = own.join('\n')
  assert.ok(lines.filter((line) => starter.includes(line)).length < lines.length)
})

test('given the hand-out, when its programs are read, then all that they import is handed out, but for the commands that are not listed', async () => {
  const files = await handoutFiles(HOME)
  const paths = new Set(files.map((one) => one.path))
  const missing = files
    .filter(({ path: file }) => /\.(ts|tsx|js)$/.test(file) && !/\/starter\/|^cli\/commands\/table\.ts$/.test(file))
    .flatMap(({ path: file, bytes }) =>
      [...bytes.toString().matchAll(/^\s*(?:import|export)\s[^'"]*?from '(\.[^']+)'|^import '(\.[^']+)'/gm)].flatMap(
        ([, from, bare]) => {
          const to = path.posix.normalize(path.posix.join(path.posix.dirname(file), from ?? bare ?? ''))
          return paths.has(to) ? [] : [`${file} → ${to}`]
        },
      ),
    )
  assert.deepEqual(missing, [])
})

test('given the hand-out, when its pages are read, then every link leads somewhere', async () => {
  const files = await handoutFiles(HOME)
  for (const { path: file, bytes } of files.filter((one) => one.path.endsWith('.md'))) {
    for (const [, target = ''] of bytes.toString().matchAll(/\]\((?![a-z]+:|#)([^)\s]+)\)/g)) {
      const to = path.join(kit, path.dirname(file), target.split('#')[0] ?? '')
      assert.ok(existsSync(to), `${file} → ${target}`)
    }
  }
})

test('given the hand-out, when a student begins, then it starts, lays a starter and refuses what is the instructor’s', {
  timeout: 600_000,
}, async () => {
  if (full) {
    const npm = await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: kit, maxBuffer: 2 ** 25 })
    assert.ok(npm)
  }
  const { version } = JSON.parse(await readFile(path.join(kit, 'package.json'), 'utf8'))
  assert.equal((await lab(['--version'])).out.trim(), version)
  const help = await lab(['--help'])
  assert.equal(help.code, 0, help.err)
  assert.doesNotMatch(help.out, /The class|For authors|regrade|dev test/)
  const started = await lab(['start', 'a'])
  assert.equal(started.code, 0, started.err)
  assert.equal((await lab(['grade', 'x'])).code, 2)
  assert.equal((await lab(['viva', '--self', 'a', '--json'])).code, 0)
  assert.match((await lab(['viva', 'ada'])).err, /examines nobody but you/)
  assert.match((await lab(['answer', 'a', '--yes'])).err, /handed out without its answers/)
})

test('given the hand-out and a starter, when it is checked, then it fails for the reason that it is not written yet', {
  timeout: 120_000,
}, async () => {
  const broker = await startBroker({ dir: path.join(dir, 'kafka') })
  try {
    const { code, out, err } = await lab(['check', 'A1,A3', '--yes-use-this-broker', '--json'], {
      KAFKA_BROKERS: broker.brokers,
    })
    assert.equal(code, 1, err)
    const report = JSON.parse(out)
    assert.equal(report.marks, 2)
    assert.match(out, /part A: not written yet/)
  } finally {
    await broker.kill9()
  }
})

test('given the zip, when it is unpacked, then it holds the same files', async () => {
  const taken = await takeIn(`${kit}.zip`, path.join(dir, 'unzipped'), { entries: 10_000 })
  assert.equal(taken.taken, true, JSON.stringify(taken.findings.slice(0, 3)))
  const left = taken.findings.filter(({ kind }) => kind === 'left-out').length
  const files = await handoutFiles(HOME)
  assert.equal(taken.files + left, files.length)
  const one = await readFile(path.join(dir, 'unzipped', 'saga-lab', 'bin', 'lab.js'))
  assert.deepEqual(one, await readFile(path.join(HOME, 'bin', 'lab.js')))
})

test('given names with umlauts and an empty file, when a zip is made, then both come back, and the same bytes each time', async () => {
  const entries = [
    { path: 'größe/ä.txt', bytes: Buffer.from('ä'.repeat(1_000)), executable: false },
    { path: 'empty', bytes: Buffer.alloc(0), executable: true },
  ]
  const zip = zipOf(entries)
  assert.deepEqual(zip, zipOf(entries))
  const file = path.join(dir, 'small.zip')
  await writeFile(file, zip)
  const to = path.join(dir, 'small')
  const taken = await takeIn(file, to)
  assert.equal(taken.files, 2)
  const found = (await readdir(to, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())
  const text = found.find(({ name }) => name === 'ä.txt')
  assert.equal(await readFile(path.join(text?.parentPath ?? '', 'ä.txt'), 'utf8'), 'ä'.repeat(1_000))
})

test('given a folder that is not empty, when the kit is written there, then it is left alone', async () => {
  const used = path.join(dir, 'used')
  await mkdir(used)
  await writeFile(path.join(used, 'mine.txt'), 'mine')
  const main = path.join(HOME, 'cli', 'main.ts')
  await assert.rejects(promisify(execFile)(process.execPath, [main, 'handout', '--out', used]), /is not empty/)
  assert.deepEqual(await readdir(used), ['mine.txt'])
})
