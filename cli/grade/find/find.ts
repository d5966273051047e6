import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import path from 'node:path'
import { wrongUsage } from '../../command.ts'
import type { Finding, Student } from '../result.ts'
import { Keys, soundName } from './key.ts'
import { ARCHIVE, classroomPrefix, type Named, readName } from './layout.ts'
import { type Enrolled, enrolledAs } from './roster.ts'

/** One student's hand-in, or, with `source: null`, a student of the roster without one. */
export interface Submission {
  readonly student: Student
  /** Absolute path of the folder or archive. */
  readonly source: string | null
  /** As it is told: below the folder that was given. */
  readonly shown: string | null
  readonly findings: readonly Finding[]
}

export interface Found {
  readonly submissions: readonly Submission[]
  /** Entries that are no hand-in, and why. */
  readonly ignored: readonly string[]
}

interface Candidate {
  readonly named: Named
  readonly source: string
  readonly shown: string
  readonly modified: number
}

/**
 * Finds one submission a student in a folder: folders and archives by name, or a download of Moodle, Canvas or GitHub Classroom. Opens no
 * archive. In the order of the students' folder names.
 */
export async function findSubmissions(dir: string, roster: readonly Enrolled[] = []): Promise<Found> {
  const entries = await entriesOf(dir)
  const ignored: string[] = []
  const usable = entries.filter((entry) => {
    const why = notMeant(entry)
    if (why !== undefined) ignored.push(`${entry.name}: ${why}`)
    return why === undefined
  })
  const prefix = await prefixOf(dir, usable)
  const candidates = await Promise.all(usable.map((entry) => candidateOf(dir, entry.name, prefix)))
  const keys = new Keys()
  const seen = new Set<Enrolled>()
  const submissions = latest(candidates).map(({ chosen, passedOver }): Submission => {
    const { named, source, shown } = chosen
    const enrolled = enrolledAs(roster, named)
    if (enrolled !== undefined) seen.add(enrolled)
    const findings = findingsOf(named, passedOver, roster.length > 0 && enrolled === undefined)
    return { student: studentOf(enrolled ?? { ...named, email: null }, named, keys), source, shown, findings }
  })
  const missing = roster
    .filter((one) => !seen.has(one))
    .map((one): Submission => ({ student: studentOf(one, one, keys), source: null, shown: null, findings: [] }))
  return { submissions: [...submissions, ...missing], ignored }
}

async function entriesOf(dir: string): Promise<Dirent[]> {
  try {
    return (await readdir(dir, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    throw wrongUsage(
      `${dir} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Give the folder that holds the hand-ins, one folder or archive a student.',
    )
  }
}

function notMeant(entry: Dirent): string | undefined {
  if (entry.name.startsWith('.') || entry.name === '__MACOSX') return 'hidden'
  if (entry.isSymbolicLink()) return 'a link; give the folder itself'
  if (entry.isDirectory()) return undefined
  if (!entry.isFile()) return 'neither a file nor a folder'
  return ARCHIVE.test(entry.name) ? undefined : 'no archive (.zip, .tar.gz, .tgz, .tar, .bundle)'
}

async function prefixOf(dir: string, entries: readonly Dirent[]): Promise<string> {
  const names = entries.map(({ name }) => name)
  const clones = await Promise.all(
    names.map((name) =>
      lstat(path.join(dir, name, '.git')).then(
        () => name,
        () => undefined,
      ),
    ),
  )
  return classroomPrefix(
    clones.filter((name) => name !== undefined),
    names,
  )
}

async function candidateOf(dir: string, entry: string, prefix: string): Promise<Candidate> {
  const named = readName(entry, prefix)
  const inside =
    named.layout === 'moodle' && !ARCHIVE.test(entry) ? await onlyArchive(path.join(dir, entry)) : undefined
  const shown = inside === undefined ? entry : path.join(entry, inside)
  const source = path.join(dir, shown)
  return { named, source, shown, modified: (await lstat(source)).mtimeMs }
}

/** Moodle makes a folder for each student, which mostly holds one archive; of several the latest counts. */
async function onlyArchive(folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true })
  const archives = entries.filter((one) => one.isFile() && ARCHIVE.test(one.name))
  if (entries.some((one) => one.isDirectory() || one.name === 'lab.json')) return undefined
  const dated = await Promise.all(
    archives.map(async ({ name }) => ({ name, at: (await lstat(path.join(folder, name))).mtimeMs })),
  )
  return dated.toSorted((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1))[0]?.name
}

/** One candidate a student: that of the highest attempt, else the one changed last. */
function latest(candidates: readonly Candidate[]): { chosen: Candidate; passedOver: readonly Candidate[] }[] {
  const whose = ({ named: { layout, id, login, name } }: Candidate) => `${layout}/${id ?? login ?? name}`
  return [...Map.groupBy(candidates, whose).values()].map((own) => {
    const [chosen, ...passedOver] = own.toSorted((a, b) => b.named.attempt - a.named.attempt || b.modified - a.modified)
    return { chosen: chosen as Candidate, passedOver }
  })
}

function findingsOf(named: Named, passedOver: readonly Candidate[], stranger: boolean): Finding[] {
  const { name, sound } = soundName(named.name)
  return [
    ...(sound ? [] : [{ id: 'hand-in.name', says: `Its name has signs that no name has; it is shown as "${name}".` }]),
    ...(named.late ? [{ id: 'hand-in.late', says: 'The learning platform marks it as late.' }] : []),
    ...(stranger ? [{ id: 'hand-in.not-enrolled', says: 'The roster has nobody of this name, id or login.' }] : []),
    ...passedOver.map(({ shown }) => ({
      id: 'hand-in.older',
      says: `There is an older hand-in of the same student, which was not graded: ${soundName(shown).name}.`,
    })),
  ]
}

function studentOf(who: Enrolled, named: Pick<Named, 'id' | 'login'>, keys: Keys): Student {
  const { name } = soundName(who.name)
  return { key: keys.key(name), name, id: who.id ?? named.id, email: who.email, login: who.login ?? named.login }
}

/** Bytes of what was handed in, without packages; of an archive as it is. */
export async function bytesOf(source: string): Promise<number> {
  const stat = await lstat(source)
  if (!stat.isDirectory()) return stat.size
  if (/^(node_modules|\.git)$/.test(path.basename(source))) return 0
  const names = await readdir(source)
  const sizes = await Promise.all(names.map((name) => bytesOf(path.join(source, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Changes when the hand-in does: of an archive its size and time, of a folder those of all that is in it. */
export async function fingerprintOf(source: string): Promise<string> {
  const hash = createHash('sha256')
  const add = async (file: string): Promise<void> => {
    const stat = await lstat(file)
    hash.update(`${path.relative(source, file)}\0${stat.size}\0${stat.isDirectory() ? '' : stat.mtimeMs}\n`)
    if (!stat.isDirectory() || path.basename(file) === 'node_modules') return
    for (const name of (await readdir(file)).sort()) await add(path.join(file, name))
  }
  await add(source)
  return hash.digest('hex').slice(0, 32)
}
