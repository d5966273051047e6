import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { endProcess, processRef } from '../broker/process.ts'
import { readShopFile, removeShopFile, type ShopRecord } from './shop-file.ts'

const run = promisify(execFile)
const PATIENCE_MS = 6_000

/** The shop that runs: its parent lives, or at least one of its services does. */
export async function findShop(shopFile: string): Promise<{ record: ShopRecord; orphaned: boolean } | undefined> {
  const record = readShopFile(shopFile)
  if (record === undefined) return undefined
  const parentLives = /cli\/main\.ts|lab\.js|fleet|bench|test/.test(await commandLine(record.pid))
  const lives = await Promise.all(record.services.map((service) => isService(service)))
  if (!parentLives && !lives.includes(true)) return undefined
  return { record, orphaned: !parentLives }
}

/** Ends the services of a shop, as far as they live, and forgets it. Returns the names of those that were ended. */
export async function endServices(shopFile: string): Promise<string[]> {
  const record = readShopFile(shopFile)
  if (record === undefined) return []
  const ended = await Promise.all(
    record.services.map(async (service) => {
      const ref = (await isService(service)) ? await processRef(service.pid) : undefined
      if (ref === undefined) return []
      await endProcess(ref, PATIENCE_MS)
      return [service.name]
    }),
  )
  removeShopFile(shopFile)
  return ended.flat()
}

/** Process ids come round again: only a process that runs this service's main.ts is it. */
async function isService({ name, pid }: { name: string; pid: number }): Promise<boolean> {
  return (await commandLine(pid)).includes(`services/${name}/main.ts`)
}

async function commandLine(pid: number): Promise<string> {
  try {
    return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout
  } catch {
    return ''
  }
}
