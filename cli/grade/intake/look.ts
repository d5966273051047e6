import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { type Finding, finding } from './finding.ts'

const MODULES = path.resolve(import.meta.dirname, '../../../node_modules')
const SCRIPT = /\.(?:[cm]?[jt]sx?)$/
const SOURCE = /\.(?:[cm]?[jt]sx?|py|java|kt|go|rs|rb|php|cs|sh|bash|pl|lua)$/
const LARGEST = 512 * 1024
const MOST = 20
const LONGEST_LINE = 2_000

interface Sign {
  readonly id: string
  /** What the line does; the sentence is `file:line …`. */
  readonly what: string
  readonly pattern: RegExp
}

/** What a shop has no reason to do. None of it works in a sandbox; each is a line for the instructor to look at, never a verdict. */
const SIGNS: readonly Sign[] = [
  {
    id: 'reads-outside',
    what: 'names a place outside the submission',
    pattern: /\/etc\/(?:passwd|shadow|hosts|ssh)|\/proc\/|\/root\/|\/home\/\w|docker\.sock|(?:\.\.[\\/]){3}|\.ssh\b/,
  },
  { id: 'seeks-answers', what: 'looks for the answer key', pattern: /answer-key|rubric\.yml|\bsolution\/.*main\.ts/ },
  {
    id: 'forges-result',
    what: 'writes something that looks like a result',
    pattern: /grades?\.(?:csv|json)|["']?(?:passed|verdict)["']?\s*:\s*(?:true|["']pass)|manual\.yml/,
  },
  {
    id: 'calls-network',
    what: 'calls another machine',
    pattern:
      /["'`](?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:fetch|request|get|connect|urlopen|curl|wget)\b[^\n]{0,40}https?:\/\/(?!localhost|127\.|0\.0\.0\.0)[\w-]+\.\w/,
  },
  {
    id: 'ends-others',
    what: 'ends other processes',
    pattern: /\bkill(?:all)?\(\s*-1\b|\bprocess\.ppid\b|\b(?:pkill|killall)\b/,
  },
  {
    id: 'detaches',
    what: 'starts a process that outlives it',
    pattern: /detached\s*:\s*true|\bnohup\b|\bsetsid\b|daemonize/,
  },
  {
    id: 'forks-itself',
    what: 'starts itself again',
    pattern:
      /:\(\)\s*\{\s*:\|:|spawn\(\s*process\.(?:execPath|argv0)[^\n]*(?:__filename|import\.meta|argv\[1\])|os\.fork\(/,
  },
  {
    id: 'takes-ports',
    what: 'listens on a port of its own choice, whatever PORT says',
    pattern: /\.listen\(\s*(?:\d{2,5}\b|Number\(port\))/,
  },
  {
    id: 'loops-for-ever',
    what: 'loops without an end',
    pattern: /\bfor\s*\(\s*;\s*;\s*\)\s*(?:;|\{\s*\}|\w+\.push\()|\bwhile\s*\(\s*(?:true|1)\s*\)\s*(?:;|\{\s*\})/,
  },
]

/** Reads the sources of a workspace line by line, and what they import. */
export async function look(workspace: string): Promise<Finding[]> {
  const found: Finding[] = []
  const imports = new Map<string, string>()
  for (const name of (await readdir(workspace, { recursive: true })).sort()) {
    if (!SOURCE.test(name)) continue
    const file = path.join(workspace, name)
    const { size } = await stat(file)
    if (size > LARGEST) continue
    const text = await readFile(file, 'utf8')
    found.push(...signsIn(text, name))
    if (SCRIPT.test(name)) for (const bare of importsOf(text)) if (!imports.has(bare)) imports.set(bare, name)
  }
  for (const [bare, name] of imports) {
    if (isBuiltin(bare) || existsSync(path.join(MODULES, bare))) continue
    found.push(finding('look', 'imports-unknown', name, `${name} imports ${bare}, which the kit does not have`))
  }
  if (found.length <= MOST) return found
  const rest = finding('look', 'more', '', `${found.length - MOST} more lines to look at`)
  return [...found.slice(0, MOST), rest]
}

/** Each sign once a file, at its first line. */
function signsIn(text: string, name: string): Finding[] {
  const lines = text.split('\n')
  return SIGNS.flatMap(({ id, what, pattern }) => {
    const at = lines.findIndex((line) => pattern.test(line.slice(0, LONGEST_LINE)))
    if (at === -1) return []
    const line = (lines[at] ?? '').trim().slice(0, 100)
    return [finding('look', id, name, `${name}:${at + 1} ${what}: ${line}`)]
  })
}

/** `express`, `@scope/name`: without what is relative, and without the path behind a package's name. */
function importsOf(text: string): string[] {
  const quoted = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["']([^"'\n]{1,200})["']/g)
  return [...quoted].flatMap(([, target = '']) => {
    if (/^[./#]|^\w+:/.test(target) && !target.startsWith('node:')) return []
    return target.startsWith('node:')
      ? [target]
      : [
          target
            .split('/')
            .slice(0, target.startsWith('@') ? 2 : 1)
            .join('/'),
        ]
  })
}
