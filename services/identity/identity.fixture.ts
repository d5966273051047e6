import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pino } from 'pino'
import { readSettings } from '../../kit/service/settings.ts'
import { startService } from '../../kit/service/start.ts'
import { openStore } from '../../kit/store/open-store.ts'
import type { Store } from '../../kit/store/store.ts'
import { identityService } from './service.ts'
import { identitySettings } from './settings.ts'
import type { IdentityTables } from './storage.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown> & { readonly errors?: { field: string; message: string }[] }
}

export interface Instance {
  readonly url: string
  readonly databaseUrl: string
  /** The same database, for a look behind the scenes. */
  readonly store: Store<IdentityTables & { outbox: { topic: string; payload: string; id: number } }>
  ask(method: string, path: string, options?: { body?: unknown; token?: string; headers?: object }): Promise<Answer>
  stop(): Promise<void>
}

export const admin = { email: 'root@example.org', password: 'the very first password' }
export const client = { id: 'notification', secret: 'swordfish-swordfish-swordfish' }

const secretFiles = (dir: string) => {
  const secretHash = createHash('sha256').update(client.secret).digest('base64url')
  const files = { ADMIN_PASSWORD_FILE: join(dir, 'admin'), CLIENTS_FILE: join(dir, 'clients.json') }
  writeFileSync(files.ADMIN_PASSWORD_FILE, `${admin.password}\n`, { mode: 0o600 })
  const clients = [{ clientId: client.id, secretHash, scopes: ['user-key:read', 'shop'] }]
  writeFileSync(files.CLIENTS_FILE, JSON.stringify(clients), { mode: 0o600 })
  return files
}

/** The real service on a real database; its Kafka is away, so events stay in the outbox, where a test can read them. */
export const startIdentity = async (
  t: TestContext,
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Instance> => {
  const dir = mkdtempSync(join(tmpdir(), 'identity-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const settings = readSettings(identitySettings, {
    KAFKA_BROKERS: '127.0.0.1:1',
    DATABASE_URL: databaseUrl,
    PORT: '0',
    AUTH_ISSUER: 'http://identity.test',
    ADMIN_EMAIL: admin.email,
    ...secretFiles(dir),
    ...env,
  })
  const service = await startService(identityService(settings), pino({ level: 'silent' }), (error) => {
    throw error
  })
  const store = await openStore<IdentityTables & { outbox: { topic: string; payload: string; id: number } }>({
    url: databaseUrl,
    migrations: [],
  })
  const url = `http://127.0.0.1:${service.port}`
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= service.stop().then(() => store.close())
    return stopped
  }
  t.after(stop)
  return {
    url,
    databaseUrl,
    store,
    stop,
    ask: async (method, path, { body, token, headers } = {}) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(typeof body === 'string' ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
    },
  }
}

export interface LoggedIn {
  readonly userId: string
  readonly accessToken: string
  readonly refreshToken: string
}

export const logIn = async ({ ask }: Instance, email: string, password: string): Promise<LoggedIn> => {
  const { status, body } = await ask('POST', '/auth/login', { body: { email, password } })
  if (status !== 200) throw new Error(`log in answered ${status}: ${JSON.stringify(body)}`)
  return body as unknown as LoggedIn
}

export const newcomer = {
  email: 'ann@example.org',
  password: 'correct horse battery',
  name: 'Ann Adams',
  phone: '+49 30 123456',
}

export const registered = async (instance: Instance, wish: Partial<typeof newcomer> = {}): Promise<LoggedIn> => {
  const body = { ...newcomer, ...wish }
  const { status } = await instance.ask('POST', '/auth/register', { body })
  if (status !== 202) throw new Error(`registering answered ${status}`)
  return logIn(instance, body.email, body.password)
}

/** The events that wait in the outbox, oldest first. */
export const said = async ({ store }: Instance): Promise<{ eventType: string; eventId: string; data: never }[]> => {
  const rows = await store.db.selectFrom('outbox').select('payload').orderBy('id').execute()
  return rows.map(({ payload }) => JSON.parse(payload))
}

export const serviceToken = async ({ ask }: Instance, scope?: string): Promise<Answer> => {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) })
  const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
  return ask('POST', '/oauth/token', {
    body: form.toString(),
    headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
  })
}
