/** Writes labs/<part>/starter from answer-key/<part>/solution: `node cli/author/starters.ts`. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { ADVANCED_PARTS, PARTS, sourceFolder } from './lay.ts'
import { toStarter } from './marks.ts'

/** What the starter of a part must hold now: path inside the starter → text. */
export async function starterOf(part: string): Promise<Map<string, string>> {
  const folder = sourceFolder(part, 'solution')
  const files = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    try {
      files.set(relative(folder, path), toStarter(await readFile(path, 'utf8')))
    } catch (error) {
      throw new Error(`${path}, ${(error as Error).message}`)
    }
  }
  return files
}

async function writeStarter(part: string): Promise<void> {
  const files = await starterOf(part)
  const folder = sourceFolder(part, 'starter')
  await rm(folder, { recursive: true, force: true })
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  console.log(`labs/${part}/starter: ${files.size} files`)
}

if (import.meta.main) for (const part of [...PARTS, ...ADVANCED_PARTS]) await writeStarter(part)
