import { randomBytes } from 'node:crypto'
import type { Context } from '../../command.ts'
import type { BreakableShop } from './breakable-shop.ts'
import { createFaultDesk } from './desk.ts'
import { gone, remoteDesk } from './desk-client.ts'
import { readDeskFile, removeDeskFile, writeDeskFile } from './desk-file.ts'
import { serveDesk } from './desk-server.ts'
import type { FaultDesk } from './fault-desk.ts'

/** A secret for one run. */
export const newToken = (): string => randomBytes(32).toString('base64url')

export interface HostedDesk {
  readonly desk: FaultDesk
  /** To be called before the shop stops: undoes what would outlive it, and nobody can break anything any more. */
  close(): Promise<void>
}

/** The failure desk of a shop that this program runs; other programs find it through `.lab/desk.json`. */
export const hostDesk = async (ctx: Pick<Context, 'stateDir'>, shop: BreakableShop): Promise<HostedDesk> => {
  const desk = createFaultDesk(shop)
  const token = newToken()
  const { url, close } = await serveDesk(desk, token)
  writeDeskFile(ctx.stateDir, { pid: process.pid, url, token })
  return {
    desk,
    close: async () => {
      removeDeskFile(ctx.stateDir, token)
      await close()
      await desk.release()
    },
  }
}

/** The desk of the shop that runs, whoever runs it. Throws LabError `no-shop` where there is none. */
export const openDesk = async (ctx: Pick<Context, 'stateDir'>): Promise<FaultDesk> => {
  const address = readDeskFile(ctx.stateDir)
  if (address === undefined) throw gone()
  const desk = remoteDesk(address)
  await desk.list()
  return desk
}
