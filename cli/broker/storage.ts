import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { LabError } from '../command.ts'
import { JVM_FLAGS, jvmEnvironment, SHORT_LIVED } from './settings.ts'

const run = promisify(execFile)

/** The files of one broker: everything below one folder. */
export interface BrokerFiles {
  readonly dir: string
  readonly data: string
  /** For what the JVM unpacks while it runs (libraries that compress): a killed one leaves it behind, and each start clears it. */
  readonly tmp: string
  readonly properties: string
  readonly log4j: string
  readonly log: string
  /** Written last, when the data folder is whole. */
  readonly formatted: string
}

export interface Jvm {
  readonly program: string
  readonly jars: string
  /** Options besides the lab's own. */
  readonly options?: readonly string[]
}

/** Below this Kafka is sure to fail in the middle of something; better said before. */
const LEAST_FREE_MB = 200

export function brokerFiles(dir: string): BrokerFiles {
  const file = (name: string) => path.join(path.resolve(dir), name)
  return {
    dir: path.resolve(dir),
    data: file('data'),
    tmp: file('tmp'),
    properties: file('server.properties'),
    log4j: file('log4j2.properties'),
    log: file('broker.log'),
    formatted: file('formatted'),
  }
}

/**
 * Makes the data folder usable: formats a new or half-formatted one, and leaves one with topics in it alone.
 * Resolves to the id of the cluster that the folder belongs to.
 */
export async function prepareStorage(files: BrokerFiles, jvm: Jvm): Promise<string> {
  const present = existsSync(files.formatted) ? await clusterIdOf(files) : undefined
  if (present) return present
  if (await holdsTopics(files.data)) throw halfWritten(files)
  await rm(files.formatted, { force: true })
  await rm(files.data, { recursive: true, force: true })
  await format(files, jvm)
  const clusterId = await clusterIdOf(files)
  if (!clusterId) throw halfWritten(files)
  await writeDurably(files.formatted, `${clusterId}\n`)
  return clusterId
}

async function clusterIdOf(files: BrokerFiles): Promise<string | undefined> {
  const meta = await readFile(path.join(files.data, 'meta.properties'), 'utf8').catch(() => '')
  return /^cluster\.id=(.+)$/m.exec(meta)?.[1]?.trim()
}

export function jvmArguments(files: BrokerFiles, jvm: Jvm): string[] {
  return [
    ...JVM_FLAGS,
    ...(jvm.options ?? []),
    `-Dlog4j2.configurationFile=${files.log4j}`,
    '-cp',
    path.join(jvm.jars, '*'),
  ]
}

async function format(files: BrokerFiles, jvm: Jvm): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A')
  const args = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', files.properties]
  try {
    await run(jvm.program, [...SHORT_LIVED, ...jvmArguments(files, jvm), ...args], {
      env: jvmEnvironment(),
      timeout: 60_000,
      maxBuffer: 16 << 20,
    })
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    const said = `${stderr}\n${stdout}`.trim() || message
    if (/No space left/.test(said)) throw diskFull(files.dir)
    throw new LabError('format-failed', `Kafka could not format ${files.data}:\n${lastLines(said, 6)}`, CLEAN, {
      cause: error,
    })
  }
}

/** A folder `<topic>-<partition>`; the cluster's own log does not count. */
async function holdsTopics(data: string): Promise<boolean> {
  const names = await readdir(data).catch(() => [])
  return names.some((name) => /-\d+$/.test(name) && !name.startsWith('__cluster_metadata-'))
}

/** Makes the folder and its parents; a disk without room is told before Kafka trips over it. */
export async function makeRoom(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true })
  const { bavail, bsize } = await statfs(dir)
  if ((bavail * bsize) / 2 ** 20 < LEAST_FREE_MB) throw diskFull(dir)
}

export function diskFull(dir: string): LabError {
  return new LabError(
    'disk-full',
    `The disk that holds ${dir} is full (a broker needs ${LEAST_FREE_MB} MB to start).`,
    "Free some space and run this again. 'lab clean' deletes the lab's own data.",
  )
}

export function lastLines(said: string, count: number): string {
  return said.trimEnd().split('\n').slice(-count).join('\n')
}

const CLEAN =
  "'lab clean' deletes the broker's data and begins anew. Copy the folder first if you want to keep what is in it."

function halfWritten(files: BrokerFiles): LabError {
  return new LabError(
    'half-written-data',
    `${files.data} holds topics, but not the files that say which cluster they belong to: it was damaged.`,
    CLEAN,
  )
}

/** Whole or not at all, also when the power goes. */
export async function writeDurably(file: string, content: string): Promise<void> {
  const draft = `${file}.draft-${process.pid}`
  const handle = await open(draft, 'w')
  try {
    await writeFile(handle, content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}
