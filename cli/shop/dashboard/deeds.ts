import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Bus } from '../../../kit/kafka/bus.ts'
import { createServiceToken } from '../../../kit/service/http/service-token.ts'
import { openSealed, type Sealed, userKeyScope } from '../../../services/contracts/sealed.ts'
import type { Deeds } from '../../../web/hub/ports.ts'
import { LabError } from '../../command.ts'
import { ADMIN_EMAIL, type Secrets } from '../secrets.ts'
import type { UrlOf } from '../usual-ports.ts'

const PATIENCE_MS = 10_000
const REBUILD_MS = 120_000

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

interface Question {
  readonly method?: 'GET' | 'POST'
  readonly token?: string
  readonly body?: object
}

/** Never rejects: that nobody answers is an answer, with status 0. */
async function ask(url: string, { method = 'GET', token, body }: Question = {}): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>
    return { status: response.status, body: answer }
  } catch {
    return { status: 0, body: {} }
  }
}

function need({ status, body }: Answer, wanted: number, what: string): Answer['body'] {
  if (status === wanted) return body
  const said = typeof body.detail === 'string' ? body.detail : ''
  throw new LabError('refused', `${what}: status ${status}. ${said}`.trim(), 'Is each service of the shop up?')
}

export interface DeedParts {
  readonly urlOf: UrlOf
  readonly secrets: Secrets
  readonly bus: () => Bus
}

/** What lessons do to the whole shop beside orders and faults. Each says in a sentence or two what was measured. */
export function createDeeds(parts: DeedParts): Deeds {
  return {
    'log-in': () => tryLogIn(parts),
    'rebuild-figures': () => rebuildFigures(parts),
    'forget-user': () => forgetUser(parts),
  }
}

async function logIn({ urlOf }: DeedParts, email: string, password: string): Promise<Answer> {
  return ask(`${urlOf('gateway')}/auth/login`, { method: 'POST', body: { email, password } })
}

async function adminLogIn(parts: DeedParts): Promise<Answer> {
  return logIn(parts, ADMIN_EMAIL, (await readFile(parts.secrets.adminPasswordFile, 'utf8')).trim())
}

async function tryLogIn(parts: DeedParts): Promise<string> {
  const { status } = await adminLogIn(parts)
  const how = status === 200 ? 'works' : `fails: the gateway answers ${status === 0 ? 'nothing' : status}`
  return `Logging in ${how}.`
}

/** Asks for the figures all the while, to see that somebody serves them. */
async function rebuildFigures(parts: DeedParts): Promise<string> {
  const token = String(need(await adminLogIn(parts), 200, 'The administrator cannot log in').accessToken)
  const { urlOf } = parts
  const rebuild = `${urlOf('gateway')}/api/analytics/rebuild`
  const begun = performance.now()
  need(await ask(rebuild, { method: 'POST', token, body: {} }), 202, 'No rebuild was begun')
  let asked = 0
  let served = 0
  for (;;) {
    const [progress, figures] = await Promise.all([
      ask(rebuild, { token }),
      ask(`${urlOf('gateway')}/api/analytics/funnel`, { token }),
    ])
    asked++
    if (figures.status === 200) served++
    const { state, records } = progress.body
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1)
    if (state === 'done') {
      return `${records} events counted anew in ${seconds} s; of ${asked} questions meanwhile ${served} were answered.`
    }
    if (state === 'failed' || performance.now() - begun > REBUILD_MS) {
      throw new LabError('not-confirmed', `The rebuild did not end: ${state}.`, "'lab logs analytics' says more.")
    }
    await pause(100)
  }
}

/** Registers somebody, reads the event from the log with the key, has the user forgotten, and tries again. */
async function forgetUser(parts: DeedParts): Promise<string> {
  const { urlOf, secrets } = parts
  const [email, password] = [`ann.${randomUUID().slice(0, 8)}@saga-lab.example`, randomUUID()]
  const registered = { email, password, name: 'Ann Example' }
  need(await ask(`${urlOf('gateway')}/auth/register`, { method: 'POST', body: registered }), 202, 'Nobody registered')
  const user = need(await logIn(parts, email, password), 200, 'The new user cannot log in')
  const [userId, token] = [String(user.userId), String(user.accessToken)]
  const secret = async () => (await readFile(secrets.secretFile('notification'), 'utf8')).trim()
  const service = createServiceToken({
    ...{ identity: urlOf('identity'), clientId: 'notification', secret, scope: userKeyScope, now: Date.now },
  })
  const keyOf = async () =>
    ask(`${urlOf('identity')}/internal/users/${encodeURIComponent(userId)}/key`, { token: await service.get() })
  const sealed = await sealedOf(parts.bus(), userId)
  const { key } = need(await keyOf(), 200, 'The key is not to be had')
  const { name } = openSealed(sealed, Buffer.from(String(key), 'base64'), userId)
  const gone = await ask(`${urlOf('gateway')}/auth/me/deactivate`, { method: 'POST', token, body: { forget: true } })
  need(gone, 200, 'The user cannot be forgotten')
  const after = await keyOf()
  const still = await sealedOf(parts.bus(), userId)
  const same = still.text === sealed.text ? 'still there, byte for byte' : 'another one'
  return `Before: the event opened, the name was ${name}. After: the event is ${same}; its key: status ${after.status}.`
}

/** The personal fields of a user as they lie on the log. */
async function sealedOf(bus: Bus, userId: string): Promise<Sealed> {
  const end = performance.now() + PATIENCE_MS
  while (performance.now() < end) {
    let found: Sealed | null = null
    await bus.read(['identity.user.created'], ({ key, value }) => {
      if (key?.toString('utf8') !== userId || value === null) return
      found = (JSON.parse(value.toString('utf8')) as { data: { personal: Sealed } }).data.personal
    })
    if (found !== null) return found
    await pause(100)
  }
  throw new LabError('not-confirmed', 'The event of the new user did not come.', "'lab logs identity' says more.")
}
