import type { IncomingMessage } from 'node:http'
import type { Caller } from './caller.ts'

/** Whoever asks without a token where guests are let in: a customer whose orders are those of all guests. */
const guest: Caller = { sub: 'guest', role: 'customer', scopes: [] }

const here = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
const names = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/**
 * The guest, where a request comes from a program on this machine and brings no token at all; null otherwise. A browser says which page asks, and a page
 * of another site, or one whose name was made to lead here, is nobody's program.
 */
export const guestOf = ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): Caller | null => {
  const from = headers['sec-fetch-site']
  const isLocal = here.has(socket.remoteAddress ?? '') && names.test(headers.host ?? '')
  const isForeign = from !== undefined && from !== 'same-origin' && from !== 'none'
  return isLocal && !isForeign && headers.authorization === undefined ? guest : null
}
