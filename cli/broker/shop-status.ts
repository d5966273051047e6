import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Context } from '../command.ts'
import { processRef } from './process.ts'

export interface ServiceStatus {
  readonly name: string
  /** Counted from 1. */
  readonly instance: number
  readonly pid: number
  readonly port: number
  readonly url: string
  readonly running: boolean
}

/** What the shop's supervisor wrote into `.lab/shop.json` when it started the services, and which of them live. */
export async function shopStatus(ctx: Context): Promise<ServiceStatus[]> {
  try {
    const shop = JSON.parse(await readFile(path.join(ctx.stateDir, 'shop.json'), 'utf8')) as {
      services: Omit<ServiceStatus, 'running'>[]
    }
    return await Promise.all(
      shop.services.map(async (service) => ({ ...service, running: (await processRef(service.pid)) !== undefined })),
    )
  } catch {
    return []
  }
}
