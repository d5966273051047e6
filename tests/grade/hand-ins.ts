import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { layParts, partsUpTo } from '../../cli/author/lay.ts'
import { layMistake, readMistakes } from '../../cli/author/mistakes.ts'
import { zipOf } from '../../cli/grade/handout/zip.ts'
import { wildPrograms } from './wild-programs.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** What a class of hand-ins is built with. */
export interface Stage {
  /** The folder that is graded. */
  readonly dir: string
  /** A text that lies in another hand-in and in the kit, which nobody may read. */
  readonly canary: string
  /** Stands on the command line of every program that a hostile one leaves behind. */
  readonly mark: string
  /** A port of this machine on which somebody listens who may not be called. */
  readonly port: number
}

export interface HandIn {
  /** Its name in the folder, and what kind of student hands it in. */
  readonly name: string
  build(stage: Stage): Promise<void>
  /** Checks that earn nothing; `all` where it is refused. The others earn their full marks. */
  readonly fails: readonly string[] | 'all'
  /** A finding that the report must name. */
  readonly finding?: string
  readonly status?: 'graded' | 'refused'
  /** Takes a minute and more: with FULL=1 only. */
  readonly slow?: true
  /** Tries something that it may not; the others' results must be as if it were not there. */
  readonly hostile?: true
}

const from = (letters: string): string[] =>
  [...letters].flatMap((letter) => Array.from({ length: 5 }, (_, i) => `${letter}${i + 1}`))

/** The right shop up to a part. */
async function shop(folder: string, upTo = 'i'): Promise<void> {
  await layParts(partsUpTo(upTo), folder, 'solution')
  await rm(path.join(folder, 'node_modules'), { force: true })
}

/** A right shop in which `create-event` is another program. */
const withProgram = (name: string, program: (stage: Stage) => string, more: Partial<HandIn> = {}): HandIn => ({
  name,
  fails: ['C1', 'C2', 'C3'],
  hostile: true,
  ...more,
  async build(stage) {
    const folder = path.join(stage.dir, name)
    await shop(folder)
    await writeFile(path.join(folder, 'shared', 'create-event.ts'), program(stage))
  },
})

const withMistake = (name: string, fails: readonly string[]): HandIn => ({
  name,
  fails,
  async build({ dir }) {
    const mistake = (await readMistakes()).find((one) => one.name === name)
    if (mistake === undefined) throw new Error(`there is no mistake ${name}`)
    const folder = path.join(dir, name)
    await layMistake(mistake, folder)
    // The parts behind it, which the mistake does not touch.
    const changed = new Set(mistake.change.map(({ file }) => file))
    const whole = `${folder}.whole`
    await shop(whole)
    await cp(whole, folder, { recursive: true, filter: (source) => !changed.has(path.relative(whole, source)) })
    await rm(whole, { recursive: true })
    await rm(path.join(folder, 'node_modules'), { force: true })
  },
})

export const HAND_INS: readonly HandIn[] = [
  {
    name: 'right',
    fails: [],
    build: async ({ dir, canary }) => {
      await shop(path.join(dir, 'right'))
      await writeFile(path.join(dir, 'right', 'notes.txt'), canary)
    },
  },
  { name: 'right zip', fails: [], build: async ({ dir }) => packed(dir, 'right zip', '.zip', zipOf) },
  { name: 'right tar', fails: [], build: async ({ dir }) => packed(dir, 'right tar', '.tar.gz', tarOf) },
  { name: 'right bundle', fails: [], build: async ({ dir }) => bundled(dir, 'right bundle') },
  {
    name: 'Jürgen Größe',
    fails: [],
    build: async ({ dir }) => {
      await shop(path.join(dir, 'Jürgen Größe'))
      await writeFile(path.join(dir, 'Jürgen Größe', 'größe – läuft.ts'), 'export const grüße = "ä"\n')
    },
  },
  {
    name: 'other layout',
    fails: [],
    build: async ({ dir }) => {
      const source = path.join(ROOT, 'tests', 'course', 'other-shop')
      await cp(source, path.join(dir, 'other layout'), {
        recursive: true,
        filter: (file) => !/node_modules|\.lab$/.test(file),
      })
    },
  },
  { name: 'half done', fails: from('CDEFGHI'), build: ({ dir }) => shop(path.join(dir, 'half done'), 'b') },
  {
    name: 'empty',
    fails: 'all',
    status: 'refused',
    finding: 'archive.empty',
    build: async ({ dir }) => void (await mkdir(path.join(dir, 'empty'))),
  },
  withMistake('one-partition', ['A3']),
  withMistake('local-time', ['C2']),
  {
    name: 'older language',
    fails: ['C1', 'C2', 'C3'],
    build: async ({ dir }) => {
      const folder = path.join(dir, 'older language')
      await shop(folder)
      const file = path.join(folder, 'shared', 'create-event.ts')
      await writeFile(file, `enum Kind { Order }\n${await readFile(file, 'utf8')}\nconsole.error(Kind.Order)\n`)
    },
  },
  {
    name: 'other contract',
    fails: ['A3', 'A4', ...from('BCDEFGHI')],
    build: async ({ dir }) => {
      const folder = path.join(dir, 'other contract')
      await shop(folder)
      const file = path.join(folder, 'lab.json')
      await writeFile(file, (await readFile(file, 'utf8')).replace('"contract": 1', '"contract": 2'))
    },
  },
  withProgram('forger', () => wildPrograms.forger),
  withProgram('thief', ({ dir }) =>
    wildPrograms.thief([
      path.join(dir, 'right', 'notes.txt'),
      path.join(ROOT, 'answer-key', 'README.md'),
      '/etc/shadow',
    ]),
  ),
  withProgram('caller', ({ port }) => wildPrograms.caller(port)),
  withProgram('squatter', ({ mark }) => wildPrograms.squatter(mark)),
  withProgram('memory eater', () => wildPrograms.eater, { finding: 'sandbox.memory' }),
  withProgram('fork bomb', ({ mark }) => wildPrograms.bomb(mark), { slow: true, finding: 'sandbox.pids' }),
  withProgram('flood', () => wildPrograms.flood, { finding: 'sandbox.output' }),
  withProgram('endless', () => 'for (;;) {}\n', { slow: true }),
  {
    name: 'slip',
    fails: 'all',
    status: 'refused',
    hostile: true,
    finding: 'archive.path-outside',
    build: ({ dir }) => raw(dir, 'slip.zip', [['../../escaped.txt', 'x']]),
  },
  {
    name: 'bomb',
    fails: 'all',
    status: 'refused',
    hostile: true,
    finding: 'archive.bomb',
    build: ({ dir }) =>
      raw(dir, 'bomb.zip', [
        ['lab.json', '{}'],
        ['big.bin', '0'.repeat(4_500_000)],
      ]),
  },
]

async function filesOf(folder: string): Promise<{ path: string; bytes: Buffer; executable: boolean }[]> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  return Promise.all(
    entries.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name)
      return { path: `my-shop/${path.relative(folder, file)}`, bytes: await readFile(file), executable: false }
    }),
  )
}

type Packed = Awaited<ReturnType<typeof filesOf>>

async function packed(
  dir: string,
  name: string,
  ending: string,
  work: (files: Packed) => Buffer | Promise<Buffer>,
): Promise<void> {
  const folder = path.join(dir, `.${name}`)
  await shop(folder)
  await writeFile(path.join(dir, `${name}${ending}`), await work(await filesOf(folder)))
  await rm(folder, { recursive: true })
}

async function tarOf(files: Packed): Promise<Buffer> {
  const tar = pack()
  for (const { path: name, bytes } of files) tar.entry({ name }, bytes)
  tar.finalize()
  return gzipSync(await buffer(tar))
}

async function bundled(dir: string, name: string): Promise<void> {
  const folder = path.join(dir, `.${name}`)
  await shop(folder)
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=s', '-c', 'user.email=s@example.org', ...args], { cwd: folder })
  await git('init', '-q', '-b', 'main')
  await git('add', '-A')
  await git('commit', '-q', '-m', 'my shop')
  await git('bundle', 'create', path.join(dir, `${name}.bundle`), 'main')
  await rm(folder, { recursive: true })
}

async function raw(dir: string, name: string, files: readonly (readonly [string, string])[]): Promise<void> {
  await writeFile(
    path.join(dir, name),
    zipOf(files.map(([file, text]) => ({ path: file, bytes: Buffer.from(text), executable: false }))),
  )
}
