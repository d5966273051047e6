import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, type ProcessRef, processRef } from './process.ts'

/**
 * Runs `work` while no other process runs under the same lock file. A lock whose owner is dead is taken over.
 * `onWait` is told once who holds it. Rejects with the reason of `signal` when that aborts while waiting.
 */
export async function withLock<T>(
  file: string,
  { onWait, signal }: { onWait: (pid: number) => void; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true })
  let told = false
  for (let owner = await take(file); owner; owner = await take(file)) {
    if (await removeIfDead(file, owner)) continue
    if (!told) onWait(owner.pid)
    told = true
    await delay(50, undefined, { signal })
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

type Owner = ProcessRef & { readonly token: string }

/** Undefined: it is ours. Made aside and linked into place, so that a lock file is never seen half written. */
async function take(file: string): Promise<Owner | undefined> {
  const me: Owner = { ...((await processRef(process.pid)) ?? { pid: process.pid, started: '' }), token: randomUUID() }
  const aside = `${file}.${me.token}`
  await writeFile(aside, JSON.stringify(me))
  try {
    await link(aside, file)
    return undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await read(file)) ?? take(file)
  } finally {
    await rm(aside, { force: true })
  }
}

/** Moved away before it is deleted: of two that find the owner dead, only one moves the dead one's file. */
async function removeIfDead(file: string, owner: Owner): Promise<boolean> {
  if (await isAlive(owner)) return false
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
    if ((await read(aside))?.token !== owner.token) await link(aside, file)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await rm(aside, { force: true })
  }
  return true
}

async function read(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    return { pid: 0, started: 'unreadable', token: '' }
  }
}
