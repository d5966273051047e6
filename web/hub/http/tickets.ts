import { randomBytes } from 'node:crypto'
import { Recent } from '../../../kit/telemetry/recent.ts'
import type { Time } from '../protocol.ts'
import type { Role } from './guard.ts'

const VALID_MS = 30_000
const OUTSTANDING = 1_000

/** Tickets for a WebSocket, whose opening cannot carry a header: each opens one, once, within 30 s. */
export class Tickets {
  readonly #given = new Recent<{ readonly role: Role; readonly until: Time }>(OUTSTANDING)

  give(role: Role, now: Time): string {
    const ticket = randomBytes(32).toString('base64url')
    this.#given.set(ticket, { role, until: now + VALID_MS })
    return ticket
  }

  take(ticket: string, now: Time): Role | null {
    const found = this.#given.take(ticket)
    return found !== undefined && found.until >= now ? found.role : null
  }
}
