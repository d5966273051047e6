import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { endProcess, processRef } from '../broker/process.ts'
import { readShopFile, removeShopFile, type ShopRecord } from './shop-file.ts'

const run = promisify(execFile)
const PATIENCE_MS = 6_000
/** It stops the services, and perhaps the broker. */
const PARENT_MS = 15_000

/** The shop that runs: its parent lives, or at least one of its services does. */
export async function findShop(shopFile: string): Promise<{ record: ShopRecord; orphaned: boolean } | undefined> {
  const record = readShopFile(shopFile)
  if (record === undefined) return undefined
  const parentLives = await isParent(record.pid)
  const lives = await Promise.all(record.services.map((service) => isService(service)))
  if (!parentLives && !lives.includes(true)) return undefined
  return { record, orphaned: !parentLives }
}

/**
 * Ends the shop that the file tells of: its parent, which ends its services in order, or else the services that live on without it.
 * Returns the names of the services that were ended.
 */
export async function endServices(shopFile: string): Promise<string[]> {
  const record = readShopFile(shopFile)
  if (record === undefined) return []
  const lived = await Promise.all(record.services.map((service) => isService(service)))
  const parent = (await isParent(record.pid)) ? await processRef(record.pid) : undefined
  if (parent !== undefined) await endProcess(parent, PARENT_MS)
  await Promise.all(record.services.map((service) => endService(service)))
  removeShopFile(shopFile)
  return record.services.filter((_, i) => lived[i]).map(({ name }) => name)
}

async function endService(service: { name: string; pid: number }): Promise<void> {
  const ref = (await isService(service)) ? await processRef(service.pid) : undefined
  if (ref !== undefined) await endProcess(ref, PATIENCE_MS)
}

/** Process ids come round again: only a process that runs this service's main.ts is it. */
async function isService({ name, pid }: { name: string; pid: number }): Promise<boolean> {
  return (await commandLine(pid)).includes(`services/${name}/main.ts`)
}

/** Only `lab` writes the file. */
async function isParent(pid: number): Promise<boolean> {
  return pid !== process.pid && /cli\/main\.ts|bin\/lab/.test(await commandLine(pid))
}

async function commandLine(pid: number): Promise<string> {
  try {
    return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout
  } catch {
    return ''
  }
}
