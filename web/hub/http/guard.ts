import { createHash, timingSafeEqual } from 'node:crypto'
import { Recent } from '../../../kit/telemetry/recent.ts'
import type { Time } from '../protocol.ts'

/** What a request says of itself. Absent headers are undefined. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly host: string | undefined
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
  readonly contentType: string | undefined
  readonly authorization: string | undefined
  readonly ticket: string | undefined
  /** The other end's address. */
  readonly address: string
  readonly isUpgrade: boolean
}

export type Role = 'presenter' | 'viewer'

export interface Refusal {
  readonly status: number
  readonly reason: string
  readonly retryAfterS?: number
}

/** `role` is null for what needs none: the page's own files, spans of the services. */
export type Verdict = { readonly role: Role | null } | Refusal

/** The door of one listener. */
export interface Door {
  /** Exactly these are its names, each with the port. */
  readonly hosts: ReadonlySet<string>
  /** Only the machine itself comes in here: then a wrong token is an old tab, and no attack. */
  readonly isLoopback: boolean
  /** The role that a token gives at this door; null for a wrong one. */
  roleOf(token: string): Role | null
  /** Takes the ticket: the second use of one is refused. */
  takeTicket(ticket: string): Role | null
  readonly visitors: Visitors
  now(): Time
}

/** All that a viewer may do besides looking. Whatever is added later is the presenter's, until it is named here. */
const VIEWER_POSTS = ['/api/ticket', '/api/vote']
const refuse = (status: number, reason: string, retryAfterS?: number): Refusal =>
  retryAfterS === undefined ? { status, reason } : { status, reason, retryAfterS }

/**
 * Who may do what. Any page in any browser tab can send requests to a local port; what it cannot do is name our host in `Host` after a rebinding,
 * claim our origin, send JSON across origins unasked, or know the token. Each of these is asked for.
 */
export function judge(asked: Asked, door: Door): Verdict {
  const { method, path } = asked
  if (asked.host === undefined || !door.hosts.has(asked.host.toLowerCase())) {
    return refuse(421, 'Host: this address is not one of this server. Use the one that was printed at the start.')
  }
  if (!['GET', 'HEAD', 'POST', 'DELETE'].includes(method)) return refuse(405, `${method} is not used here.`)
  if (asked.isUpgrade) return path === '/ws' ? upgrade(asked, door) : refuse(404, 'There is one WebSocket, at /ws.')
  if (path === '/v1/traces') return spans(asked, door)
  if (!path.startsWith('/api/')) {
    return method === 'GET' || method === 'HEAD' ? { role: null } : refuse(405, 'The page is only read.')
  }
  return foreign(asked, door) ?? call(asked, door)
}

function call(asked: Asked, door: Door): Verdict {
  const { method, path, address, contentType } = asked
  if (method === 'POST' && !isJson(contentType)) return refuse(415, 'Content-Type: application/json is needed.')
  const busy = door.isLoopback ? null : door.visitors.admit(address, door.now())
  if (busy !== null) return refuse(429, 'Too many requests from this address.', busy)
  const token = /^Bearer ([!-~]{1,200})$/i.exec(asked.authorization ?? '')?.[1]
  const role = token === undefined ? null : door.roleOf(token)
  if (role === null) {
    if (token !== undefined && !door.isLoopback) door.visitors.failed(address, door.now())
    return refuse(
      401,
      'Authorization: the token of this hub is needed. Open the address that was printed at the start.',
    )
  }
  const isLook = method === 'GET' || method === 'HEAD' || (method === 'POST' && VIEWER_POSTS.includes(path))
  if (role === 'viewer' && !isLook) {
    return refuse(403, 'This view is read-only: the presenter has the controls.')
  }
  return { role }
}

/** Browsers send Origin with every WebSocket. Without a ticket, which only a token buys, none is opened. */
function upgrade(asked: Asked, door: Door): Verdict {
  if (asked.origin === undefined) return refuse(403, 'Origin: only this page may open the socket.')
  const stranger = foreign(asked, door)
  if (stranger !== null) return stranger
  const busy = door.isLoopback ? null : door.visitors.admit(asked.address, door.now())
  if (busy !== null) return refuse(429, 'Too many requests from this address.', busy)
  const role = asked.ticket === undefined ? null : door.takeTicket(asked.ticket)
  return role === null
    ? refuse(401, 'ticket: it is unknown, used or older than 30 s. POST /api/ticket gives another.')
    : { role }
}

/** Services of this machine report here without a token; a browser always says where it comes from, and is refused. */
function spans(asked: Asked, door: Door): Verdict {
  if (asked.method !== 'POST') return refuse(405, 'Spans are posted.')
  if (!door.isLoopback || asked.origin !== undefined || asked.fetchSite !== undefined) {
    return refuse(403, 'Spans come from services of this machine.')
  }
  return isJson(asked.contentType)
    ? { role: null }
    : refuse(415, 'Content-Type: OTLP as application/json is understood here.')
}

/** `same-site` is a stranger: a page of another local port is same-site. */
function foreign({ origin, fetchSite }: Asked, { hosts }: Door): Refusal | null {
  if (origin !== undefined && !(origin.startsWith('http://') && hosts.has(origin.slice('http://'.length)))) {
    return refuse(403, 'Origin: another page may not ask here.')
  }
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') {
    return refuse(403, 'Sec-Fetch-Site: another page may not ask here.')
  }
  return null
}

const isJson = (type: string | undefined): boolean => /^application\/json\s*(;|$)/i.test(type ?? '')

/** Compares without telling by its time how much was right. */
export function isSame(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(wanted))
}

const RATE = 10
const BURST = 30
const WRONG = 5
const LOCKED_MS = 60_000
const ADDRESSES = 1_000

interface Visitor {
  tokens: number
  at: Time
  wrong: number
  lockedUntil: Time
}

/** Ten requests a second and address, thirty at once; five wrong tokens shut an address out for a minute. */
export class Visitors {
  readonly #known = new Recent<Visitor>(ADDRESSES)

  /** Null: come in. Else seconds to wait. */
  admit(address: string, now: Time): number | null {
    const visitor = this.#of(address, now)
    if (visitor.lockedUntil > now) return Math.ceil((visitor.lockedUntil - now) / 1_000)
    visitor.tokens = Math.min(BURST, visitor.tokens + ((now - visitor.at) / 1_000) * RATE)
    visitor.at = now
    if (visitor.tokens < 1) return 1
    visitor.tokens--
    return null
  }

  failed(address: string, now: Time): void {
    const visitor = this.#of(address, now)
    visitor.wrong++
    if (visitor.wrong < WRONG) return
    visitor.wrong = 0
    visitor.lockedUntil = now + LOCKED_MS
  }

  #of(address: string, now: Time): Visitor {
    const known = this.#known.get(address)
    if (known !== undefined) return known
    const fresh = { tokens: BURST, at: now, wrong: 0, lockedUntil: 0 }
    this.#known.set(address, fresh)
    return fresh
  }
}
