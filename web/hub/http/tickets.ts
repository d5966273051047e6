import { randomBytes } from 'node:crypto'
import type { Time } from '../protocol.ts'
import type { Role } from './guard.ts'

const VALID_MS = 30_000
const OUTSTANDING = 1_000

/** Tickets for a WebSocket, whose opening cannot carry a header: each opens one, once, within 30 s. */
export class Tickets {
  readonly #given = new Map<string, { readonly role: Role; readonly until: Time }>()

  give(role: Role, now: Time): string {
    const [oldest] = this.#given.keys()
    if (this.#given.size >= OUTSTANDING && oldest !== undefined) this.#given.delete(oldest)
    const ticket = randomBytes(32).toString('base64url')
    this.#given.set(ticket, { role, until: now + VALID_MS })
    return ticket
  }

  take(ticket: string, now: Time): Role | null {
    const found = this.#given.get(ticket)
    this.#given.delete(ticket)
    return found !== undefined && found.until >= now ? found.role : null
  }
}
