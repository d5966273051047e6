import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** What students get, at the top of the kit. A list of what goes, not of what stays: whatever else lies there (grades!) is not handed out. */
const HANDED_OUT = [
  ...['bin', 'cli', 'deploy', 'docs', 'kit', 'labs', 'services', 'web'],
  ...['README.md', 'LICENSE', 'package.json', 'package-lock.json', 'tsconfig.json', 'docker-compose.yml', 'Dockerfile'],
  ...['.npmrc', '.gitignore', '.dockerignore', '.editorconfig'],
]

/** The instructor's commands; cli/commands/table.ts lists them only where they are there. `lab doctor --sandbox` needs the sandbox. */
const COMMANDS = ['grade', 'regrade', 'class', 'similar', 'handout'].map((name) => `cli/commands/${name}.ts`)

const KEPT_BACK = [
  /(^|\/)(node_modules|\.lab|\.git|dist|coverage|my-shop)(\/|$)/,
  /^cli\/grade\/(?!sandbox(\/|$))/,
  /^cli\/commands\/dev-/,
  /\.test\.ts(\.snapshot)?$/,
]

/** Is this path of the kit (with `/`) for students? */
export function isHandedOut(file: string): boolean {
  return (
    HANDED_OUT.includes(file.split('/')[0] ?? '') &&
    !COMMANDS.includes(file) &&
    !KEPT_BACK.some((one) => one.test(file))
  )
}

export interface HandedOut {
  /** With `/`, below the kit's folder. */
  readonly path: string
  readonly bytes: Buffer
  readonly executable: boolean
}

/** Every file of the hand-out, as it will be written. */
export async function handoutFiles(home: string): Promise<HandedOut[]> {
  const paths = (await walk(home, '')).sort()
  return Promise.all(
    paths.map(async (file) => {
      const bytes = await readFile(path.join(home, file))
      return { path: file, bytes: adapted(file, bytes, paths), executable: file.startsWith('bin/') }
    }),
  )
}

async function walk(home: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(home, folder), { withFileTypes: true })
  const below = entries.map(async (entry): Promise<string[]> => {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (!isHandedOut(file)) return []
    if (entry.isDirectory()) return walk(home, file)
    return entry.isFile() ? [file] : []
  })
  return (await Promise.all(below)).flat()
}

function adapted(file: string, bytes: Buffer, all: readonly string[]): Buffer {
  if (file === 'package.json') return Buffer.from(forStudents(bytes.toString()))
  return file.endsWith('.md') ? Buffer.from(withoutLooseLinks(file, bytes.toString(), all)) : bytes
}

/** Tests, walls and benches stay with the authors, and so do the scripts that call them. */
function forStudents(text: string): string {
  const manifest = JSON.parse(text) as { scripts: Record<string, string> }
  return `${JSON.stringify({ ...manifest, scripts: { start: manifest.scripts.start } }, null, 2)}\n`
}

/** A link to what is not handed out becomes plain text. */
function withoutLooseLinks(file: string, text: string, all: readonly string[]): string {
  return text.replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, (link, words: string, target: string) => {
    if (/^([a-z]+:|#)/.test(target)) return link
    const to = path.posix
      .normalize(path.posix.join(path.posix.dirname(file), target.split('#')[0] ?? ''))
      .replace(/\/$/, '')
    return all.some((one) => one === to || one.startsWith(`${to}/`)) ? link : words
  })
}
