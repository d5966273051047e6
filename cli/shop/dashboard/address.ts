import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { newToken } from '../../../web/hub/doors.ts'

const PORT = 4_000
/** A day of teaching; behind it a page has to be opened anew. */
const KEPT_MS = 12 * 3_600_000

export interface Address {
  readonly port: number
  readonly token: string
}

const kept = z.object({ port: z.int().min(1).max(65_535), token: z.string().min(32).max(200), since: z.number() })

const fileOf = (stateDir: string): string => path.join(stateDir, 'dashboard.json')

/**
 * Port and token of last time, so that a page that is still open finds its hub again and may go on; with a new token where that was too long ago.
 */
export function rememberedAddress(stateDir: string, now: number): Address {
  const last = read(stateDir)
  const port = last?.port ?? PORT
  const isFresh = last !== null && now >= last.since && now < last.since + KEPT_MS
  const { token, since } = isFresh ? last : { token: newToken(), since: now }
  write(stateDir, { port, token, since })
  return { port, token }
}

/** The port may have been another program's. */
export function rememberAddress(stateDir: string, { port }: Pick<Address, 'port'>): void {
  const last = read(stateDir)
  if (last !== null && last.port !== port) write(stateDir, { ...last, port })
}

function read(stateDir: string): z.infer<typeof kept> | null {
  try {
    return kept.parse(JSON.parse(readFileSync(fileOf(stateDir), 'utf8')))
  } catch {
    return null
  }
}

/** For nobody's eyes but this user's: who has the token works the toggles. */
function write(stateDir: string, address: z.infer<typeof kept>): void {
  mkdirSync(stateDir, { recursive: true })
  writeFileSync(fileOf(stateDir), `${JSON.stringify(address)}\n`, { mode: 0o600 })
  chmodSync(fileOf(stateDir), 0o600)
}
