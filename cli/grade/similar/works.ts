import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PARTS, partFiles } from '../../author/lay.ts'
import { findSubmissions } from '../find/find.ts'
import { takeIn } from '../intake/intake.ts'
import type { Work } from './compare.ts'
import { isSource } from './tokens.ts'

export interface Works {
  readonly works: readonly Work[]
  /** Names by key. */
  readonly names: ReadonlyMap<string, string>
  /** Hand-ins that could not be opened, or that hold no source code. */
  readonly left: readonly string[]
}

/** Takes every hand-in in, with the same rules as for grading, and reads its source code. Runs nothing. */
export async function readWorks(dir: string): Promise<Works> {
  const { submissions } = await findSubmissions(dir)
  const temp = await mkdtemp(path.join(os.tmpdir(), 'lab-similar-'))
  const works: Work[] = []
  const left: string[] = []
  try {
    for (const { student, source } of submissions) {
      const own = path.join(temp, student.key)
      const intake = source === null ? undefined : await takeIn(source, own)
      const files = intake?.taken === true ? await sourcesIn(intake.workspace) : []
      if (files.length === 0) left.push(student.name)
      else works.push({ key: student.key, files })
      await rm(own, { recursive: true, force: true })
    }
  } finally {
    await rm(temp, { recursive: true, force: true, maxRetries: 3 })
  }
  return { works, left, names: new Map(submissions.map(({ student }) => [student.key, student.name])) }
}

async function sourcesIn(folder: string): Promise<Work['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(node_modules|\.lab|dist|build|target)(\/|$)/.test(file))
    .sort()
  return Promise.all(paths.map(async (file) => ({ path: file, text: await readFile(path.join(folder, file), 'utf8') })))
}

/** What every student was given: the starters of all parts. */
export async function givenCode(): Promise<Work> {
  const parts = await Promise.all(
    PARTS.map(async (part) =>
      [...(await partFiles(part, 'starter'))].map(([file, text]) => ({ path: `${part}/${file}`, text })),
    ),
  )
  return { key: 'starter', files: parts.flat().filter(({ path: file }) => isSource(file)) }
}
