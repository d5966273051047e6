/** How much of the course is given and how much is written by the student, counted in the solutions by their marks. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { PARTS, sourceFolder } from './lay.ts'
import { codeLines } from './marks.ts'

export interface CourseLines {
  /** What is given in the files of the finished shop: lines of code, without blank ones and comments. */
  readonly given: number
  /** What is written in each part, in the order of the parts. */
  readonly written: readonly number[]
}

const CODE = /\.(ts|yml|json)$/

export async function courseLines(): Promise<CourseLines> {
  const given = new Map<string, number>()
  const written: number[] = []
  for (const part of PARTS) {
    let own = 0
    for (const [path, text] of await sourcesOf(part)) {
      const lines = codeLines(text)
      own += lines.written
      // A later part may give a file anew; the shop has it once.
      given.set(path, lines.given)
    }
    written.push(own)
  }
  return { given: [...given.values()].reduce((sum, lines) => sum + lines, 0), written }
}

async function sourcesOf(part: string): Promise<[string, string][]> {
  const folder = sourceFolder(part, 'solution')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && CODE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => [relative(folder, path), await readFile(path, 'utf8')]),
  )
}
