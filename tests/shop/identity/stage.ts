import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startBroker } from '../../../cli/broker/throwaway.ts'
import { type Fleet, startFleet } from '../../../cli/shop/fleet.ts'
import type { Bus, LogRecord } from '../../../kit/kafka/bus.ts'
import { createBus } from '../../../kit/kafka/create-bus.ts'
import { eventsOf } from '../../../services/contracts/catalogue.ts'

/** Values that stand nowhere else: where one is found, a secret got out. */
export const canaries = {
  password: 'canary-password-7Qx',
  adminPassword: 'canary-admin-password-9Lw',
  clientSecret: 'canary-client-secret-3Zk',
  name: 'Canaryname Ypsilon',
  email: 'canarymail@example.org',
  phone: '+49 30 7770777',
}

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** The identity service, and services that check its tokens, as processes on a broker of its own. */
export interface Stage {
  readonly bus: Bus
  readonly identity: Fleet
  readonly shop: Fleet
  readonly dataDir: string
  ask(
    url: string,
    method: string,
    options?: { token?: string; body?: unknown; form?: URLSearchParams },
  ): Promise<Answer>
  /** All files below a folder of the stage, such as `logs`, with their modes. */
  files(folder: 'data' | 'logs'): { readonly file: string; readonly bytes: Buffer; readonly mode: number }[]
  /** Every record of every topic. */
  records(): Promise<LogRecord[]>
  leave(): Promise<void>
}

const secretsIn = (dir: string) => {
  mkdirSync(dir)
  const files = { ADMIN_PASSWORD_FILE: path.join(dir, 'admin'), CLIENTS_FILE: path.join(dir, 'clients') }
  const secretHash = createHash('sha256').update(canaries.clientSecret).digest('base64url')
  writeFileSync(files.ADMIN_PASSWORD_FILE, canaries.adminPassword, { mode: 0o600 })
  const clients = [{ clientId: 'tester', secretHash, scopes: ['user-key:read'] }]
  writeFileSync(files.CLIENTS_FILE, JSON.stringify(clients), { mode: 0o600 })
  return files
}

const below = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

export const openStage = async (): Promise<Stage> => {
  const dir = mkdtempSync(path.join(tmpdir(), 'shop-identity-'))
  const undo: (() => Promise<unknown>)[] = [async () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })]
  const leave = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    return { ...(await open(dir, undo)), leave }
  } catch (error) {
    await leave()
    throw error
  }
}

/** What it starts is to be stopped by `undo`, last first. */
const open = async (dir: string, undo: (() => Promise<unknown>)[]): Promise<Omit<Stage, 'leave'>> => {
  const broker = await startBroker({ dir: path.join(dir, 'kafka') })
  undo.push(broker.stop)
  const bus = createBus({ brokers: [broker.brokers], clientId: 'identity-test', log: () => {} })
  undo.push(bus.close)
  const common = {
    brokers: [broker.brokers],
    dir: path.join(dir, 'data'),
    logDir: path.join(dir, 'logs'),
    ports: 'free' as const,
  }
  const env = { LOG_LEVEL: 'trace', SHOP: 'whole', SESSION_TIMEOUT_MS: '6000' }
  const secrets = { ...secretsIn(path.join(dir, 'secrets')), ADMIN_EMAIL: 'root@example.org' }
  const identity = await startFleet({ ...common, services: [{ name: 'identity' }], env: { ...env, ...secrets } })
  undo.push(() => identity.stop())
  const shop = await startFleet({
    ...common,
    services: [{ name: 'order' }, { name: 'payment' }, { name: 'shipping' }],
    env: { ...env, AUTH_ISSUER: identity.url('identity') },
  })
  undo.push(() => shop.stop())
  await Promise.all([identity.waitReady(60_000), shop.waitReady(60_000)])
  return {
    bus,
    identity,
    shop,
    dataDir: common.dir,
    ask: async (url, method, { token, body, form } = {}) => {
      const response = await fetch(url, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: form ?? (typeof body === 'string' || body === undefined ? (body ?? null) : JSON.stringify(body)),
        signal: AbortSignal.timeout(60_000),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
    },
    files: (folder) =>
      below(path.join(dir, folder)).map((file) => ({
        file,
        bytes: readFileSync(file),
        mode: statSync(file).mode & 0o777,
      })),
    records: async () => {
      const there = (await bus.topics()).map(({ topic }) => topic)
      const ours = there.filter((topic) => eventsOf('whole').some((name) => topic === name || topic === `${name}-dlq`))
      const records: LogRecord[] = []
      await bus.read(ours, (record) => void records.push(record), 60_000)
      return records
    },
  }
}
