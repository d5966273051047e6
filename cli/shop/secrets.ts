import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { userKeyScope } from '../../services/contracts/sealed.ts'

/** Files with the secrets of one install; made once, readable by their owner alone, and handed on by path. */
export interface Secrets {
  /** For identity: who may ask for tokens, with the hashes of their secrets. */
  readonly clientsFile: string
  readonly adminPasswordFile: string
  /** The secret of a client, such as `lab` or `notification`. */
  secretFile(client: Client): string
}

/** Programs that ask for tokens of their own, and what they may beside what staff may. */
const CLIENTS = { lab: [], notification: [userKeyScope] } as const
export type Client = keyof typeof CLIENTS

export const ADMIN_EMAIL = 'admin@saga-lab.example'

const secretsDir = (stateDir: string): string => path.join(stateDir, 'secrets')
export const secretFileOf = (stateDir: string, client: Client): string =>
  path.join(secretsDir(stateDir), `${client}.secret`)

/** What is there stays: the database of identity knows it. */
export function ensureSecrets(stateDir: string): Secrets {
  const dir = secretsDir(stateDir)
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  const secret = (file: string): string => {
    if (!existsSync(file)) write(file, randomBytes(32).toString('base64url'))
    return readFileSync(file, 'utf8').trim()
  }
  const clients = (Object.keys(CLIENTS) as Client[]).map((clientId) => ({
    clientId,
    secretHash: createHash('sha256')
      .update(secret(secretFileOf(stateDir, clientId)))
      .digest('base64url'),
    scopes: CLIENTS[clientId],
  }))
  const clientsFile = path.join(dir, 'clients.json')
  write(clientsFile, JSON.stringify(clients, null, 2))
  const adminPasswordFile = path.join(dir, 'admin-password')
  secret(adminPasswordFile)
  return { clientsFile, adminPasswordFile, secretFile: (client) => secretFileOf(stateDir, client) }
}

function write(file: string, text: string): void {
  writeFileSync(file, `${text}\n`, { mode: 0o600 })
  // The mode above is for a new file only.
  chmodSync(file, 0o600)
}
