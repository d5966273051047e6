import { randomUUIDv7 } from 'node:crypto'
import { type Authenticate, createAuthenticate } from '../../kit/service/http/auth.ts'
import type { Route } from '../../kit/service/http/route.ts'
import type { Parts } from '../../kit/service/parts.ts'
import { readSecretFile } from '../../kit/service/secret-file.ts'
import type { Background, ServiceSpec } from '../../kit/service/spec.ts'
import { groupOf } from '../contracts/catalogue.ts'
import { encodeEvent, keyOf } from '../contracts/codec.ts'
import { newUserKey } from '../contracts/sealed.ts'
import { topicsOf } from '../contracts/topics.ts'
import { createRoutes } from './api.ts'
import { createAccounts } from './application.ts'
import { toEvent } from './messaging.ts'
import { createPasswords } from './passwords.ts'
import { pruneAttempts } from './sessions/attempts.ts'
import { sessionRoutes } from './sessions/session-routes.ts'
import { pruneSessions } from './sessions/session-store.ts'
import { createSessions } from './sessions/sessions.ts'
import type { IdentitySettings } from './settings.ts'
import { type IdentityTables, migrations } from './storage.ts'
import { readClients } from './tokens/clients.ts'
import { createIssue } from './tokens/issue.ts'
import { createKeyStore } from './tokens/key-store.ts'
import { openKeys } from './tokens/keys.ts'
import { tokenRoutes } from './tokens/token-routes.ts'
import { startChores } from './upkeep.ts'

type IdentityParts = Parts<IdentityTables, IdentitySettings>

interface Identity {
  readonly routes: readonly Route[]
  readonly authenticate: Authenticate
  readonly background: () => Background
}

const dayMs = 86_400_000

const toRowBy =
  ({ tracing }: IdentityParts): Parameters<typeof createAccounts>[0]['toRow'] =>
  (news, user, key, at, trace) => {
    const event = toEvent(news, user, key)
    return encodeEvent(event, 'identity', null, at, tracing.produced(event.type, keyOf(event.type, event.data), trace))
  }

const open = async (parts: IdentityParts): Promise<Identity> => {
  const { settings, store, now, log } = parts
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience, ACCESS_TOKEN_SECONDS: lifeSeconds } = settings
  const newId = randomUUIDv7
  const passwords = createPasswords()
  const keys = await openKeys({
    keyStore: createKeyStore(store),
    now,
    leadMs: settings.KEY_LEAD_SECONDS * 1_000,
    tokensLiveMs: lifeSeconds * 1_000,
    maxAgeMs: settings.KEY_DAYS * dayMs,
  })
  const issue = createIssue({ keys, issuer, audience, lifeSeconds, now, newId })
  const accounts = createAccounts({
    parts,
    passwords,
    newId,
    newUserKey: () => ({ keyId: newId(), key: newUserKey().toString('base64') }),
    toRow: toRowBy(parts),
  })
  const sessions = createSessions({ store, passwords, issue, sessionMs: settings.SESSION_DAYS * dayMs, now, newId })
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD_FILE: file } = settings
  if (email !== undefined && file !== undefined)
    await accounts.ensureAdmin({ email, password: readSecretFile('ADMIN_PASSWORD_FILE', file) })
  const clients = readClients(settings.CLIENTS_FILE)
  const prune = () =>
    store.transaction(async (tx) => {
      await pruneSessions(tx, now(), 500)
      await pruneAttempts(tx, now())
    })
  return {
    routes: [...createRoutes(accounts), ...sessionRoutes(sessions), ...tokenRoutes({ keys, clients, issue, issuer })],
    authenticate: await createAuthenticate({ issuer, audience, keys: keys.verifier, now }),
    background: () =>
      startChores(
        [
          { name: 'keys', everyMs: 5_000, run: keys.tend },
          { name: 'pruning', everyMs: 60_000, run: prune },
        ],
        log,
      ),
  }
}

/** The service as main.ts runs it. It is part of the whole shop alone, and reads no topic. */
export const identityService = (settings: IdentitySettings): ServiceSpec<IdentityTables, IdentitySettings> => {
  let identity: Identity | undefined
  const opened = (): Identity => {
    if (identity === undefined) throw new Error('the service was not prepared')
    return identity
  }
  return {
    name: 'identity',
    group: groupOf('identity'),
    version: '1.0.0',
    settings,
    migrations,
    topics: topicsOf('identity', settings.TOPIC_PARTITIONS, 'whole'),
    prepare: async (parts) => {
      identity = await open(parts)
    },
    routes: () => opened().routes,
    authenticate: async () => opened().authenticate,
    background: () => opened().background(),
  }
}
