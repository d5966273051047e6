import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { cacheFolder } from './jars.ts'
import type { Java } from './java.ts'
import type { Jvm } from './storage.ts'

type Env = Readonly<NodeJS.ProcessEnv>

/**
 * The classes of a broker, loaded and checked once and laid down for all later starts (Java's class data sharing): these then take half the time and
 * half the CPU. Java looks by itself whether an archive fits its own build and the jars, and goes without where it does not; but it crashes on one that
 * is cut short, so the name says how long it must be.
 */
function nameOf({ version }: Java, jars: string): string {
  const facts = [version, jars, ...readdirSync(jars).sort()].join('\0')
  return `broker-classes-${createHash('sha256').update(facts).digest('hex').slice(0, 16)}`
}

function findArchive(java: Java, jars: string, env: Env): string | undefined {
  const folder = cacheFolder(env)
  if (!existsSync(folder)) return undefined
  const name = nameOf(java, jars)
  const whole = readdirSync(folder).find((file) => {
    const [, bytes] = file.startsWith(name) ? (/-(\d+)\.jsa$/.exec(file) ?? []) : []
    return bytes !== undefined && statSync(path.join(folder, file)).size === Number(bytes)
  })
  return whole && path.join(folder, whole)
}

/** A JVM for brokers, with the archive where there is one. */
export function jvmOf(java: Java, jars: string, env: Env): Jvm {
  const archive = findArchive(java, jars, env)
  const options = archive ? [`-XX:SharedArchiveFile=${archive}`, '-Xlog:disable', '-Xlog:all=error:stderr'] : []
  return { program: java.program, jars, options }
}

/**
 * Makes the archive where there is none; for whoever is about to start many brokers. `startOnce` runs a broker with that JVM until it has answered, and
 * ends it in order. Where that does not work, brokers start as they do without.
 */
export async function makeClassArchive(
  java: Java,
  jars: string,
  env: Env,
  startOnce: (dir: string, jvm: Jvm) => Promise<void>,
): Promise<void> {
  if (findArchive(java, jars, env) !== undefined) return
  const folder = cacheFolder(env)
  await mkdir(folder, { recursive: true })
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-archive-'))
  // Beside its place, so that it gets there in one step: Java must never see half of one.
  const draft = path.join(folder, `broker-classes.draft-${process.pid}`)
  try {
    await startOnce(dir, { program: java.program, jars, options: [`-XX:ArchiveClassesAtExit=${draft}`] })
    await rename(draft, path.join(folder, `${nameOf(java, jars)}-${await durable(draft)}.jsa`))
  } catch {
    await rm(draft, { force: true })
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Its length in bytes, once all of them are on the disk. */
async function durable(file: string): Promise<number> {
  const handle = await open(file)
  try {
    await handle.sync()
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}
