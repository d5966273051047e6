import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { PageState } from '../../../web/hub/ports.ts'

const STAMP = 'built-from.txt'
const KEPT_OUTPUT = 4_000

export interface PageBuild {
  /** As it is now. */
  readonly state: () => PageState
  /** Resolves when the page is ready, or cannot be. */
  readonly done: Promise<PageState>
}

/**
 * The dashboard's page: as it was built last, where its sources are still the same, else built anew, beside everything else that starts.
 * `signal` ends the building.
 */
export function buildPage(home: string, signal: AbortSignal): PageBuild {
  const sources = path.join(home, 'web', 'app')
  const dir = path.join(home, 'node_modules', '.cache', 'saga-lab', 'page')
  let state: PageState = { state: 'building' }
  const settle = (now: PageState): PageState => {
    state = now
    return now
  }
  if (!existsSync(path.join(sources, 'index.html'))) {
    settle({ state: 'missing', reason: 'web/app has no index.html.' })
    return { state: () => state, done: Promise.resolve(state) }
  }
  const version = versionOf(home)
  if (stampOf(dir) === version) {
    settle({ state: 'ready', dir })
    return { state: () => state, done: Promise.resolve(state) }
  }
  return { state: () => state, done: build(home, dir, version, signal).then(settle) }
}

/** Changes with any file that the page is made of. */
function versionOf(home: string): string {
  const hash = createHash('sha256')
  const files = globSync(['web/app/**/*', 'web/hub/protocol.ts', 'package-lock.json'], {
    cwd: home,
    withFileTypes: true,
  })
  const paths = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name))
  for (const file of paths.sort())
    hash.update(path.relative(home, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function stampOf(dir: string): string | null {
  try {
    return readFileSync(path.join(dir, STAMP), 'utf8')
  } catch {
    return null
  }
}

/** Into a folder of its own, which then takes the place of the old one: nobody ever sees half a page. */
async function build(home: string, dir: string, version: string, signal: AbortSignal): Promise<PageState> {
  const draft = `${dir}-${randomUUID()}`
  try {
    mkdirSync(path.dirname(dir), { recursive: true })
    const trouble = await runVite(home, draft, signal)
    if (trouble !== null) return { state: 'missing', reason: `its build failed.\n${trouble}` }
    writeFileSync(path.join(draft, STAMP), version)
    rmSync(dir, { recursive: true, force: true })
    renameSync(draft, dir)
    return { state: 'ready', dir }
  } catch (error) {
    return { state: 'missing', reason: `its build failed: ${(error as Error).message}` }
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Null when it went well, else the end of what it said. */
function runVite(home: string, outDir: string, signal: AbortSignal): Promise<string | null> {
  const vite = path.join(home, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', path.join(home, 'web', 'app'), '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn']
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'], signal })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT)
      })
    }
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code) => resolve(code === 0 ? null : output.trim() || `It ended with code ${code}.`))
  })
}
