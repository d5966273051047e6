import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { PageState } from '../ports.ts'

export interface PageFile {
  readonly type: string
  readonly bytes: Buffer
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}
const MOST = 500

/**
 * The built page, read once into memory. A request is looked up among what was in the folder then, by its whole path: there is no path that leads
 * anywhere else.
 */
export function loadFiles(dir: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>()
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const type = TYPES[path.extname(entry.name).toLowerCase()]
    if (!entry.isFile() || type === undefined || files.size >= MOST) continue
    const file = path.join(entry.parentPath, entry.name)
    files.set(`/${path.relative(dir, file).split(path.sep).join('/')}`, { type, bytes: readFileSync(file) })
  }
  const index = files.get('/index.html')
  if (index !== undefined) files.set('/', index)
  return files
}

/** The files of the page as it was built last; a sentence about it where there is none. */
export function createFiles(page: () => PageState): (path: string) => PageFile | null {
  let files = new Map<string, PageFile>()
  let loaded = ''
  return (wanted) => {
    const now = page()
    if (now.state !== 'ready') return wanted === '/' || wanted === '/index.html' ? sentence(now) : null
    const version = `${now.dir} ${statSync(now.dir).mtimeMs}`
    if (version !== loaded) files = loadFiles(now.dir)
    loaded = version
    return files.get(wanted) ?? null
  }
}

function sentence(page: Exclude<PageState, { state: 'ready' }>): PageFile {
  const text =
    page.state === 'building'
      ? 'The page is being built. This takes a few seconds; load it again then.'
      : `There is no page to show: ${page.reason}\nThe hub runs: what it knows is at /api, and 'lab' commands work as before.`
  return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(`${text}\n`) }
}
