import { StoreFault } from './store.ts'

/** Codes of https://www.postgresql.org/docs/current/errcodes-appendix.html, by class or whole, and of the socket. */
const RIVALS = new Set(['40001', '40P01', '55P03'])
const STARTING_OR_STOPPING = /^(08|57P0|53300|25P03)/
const REFUSED = /^(28|3D000)/
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
])

/** Turns an error of `pg` into a StoreFault that names the server and says what to do; anything else comes back as it is. */
export function postgresFault(error: unknown, place: string): unknown {
  if (error instanceof StoreFault || !(error instanceof Error)) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const reason = error.message === '' ? code : error.message
  const fault = (kind: StoreFault['code'], text: string, retriable: boolean) =>
    new StoreFault(kind, `${text} (PostgreSQL: ${reason})`, { retriable, cause: error })

  if (RIVALS.has(code)) return fault('busy', 'another transaction was in the way', true)
  if (/^53[12]/.test(code)) return fault('full', `no space or memory left at ${place}`, true)
  if (/^(XX00[12])/.test(code)) return fault('corrupt', `${place} is damaged: restore it from a copy`, false)
  if (/^(22|23)/.test(code)) return fault('constraint', `a rule of the tables at ${place} forbids this`, false)
  if (REFUSED.test(code))
    return fault('unreachable', `${place} refuses us: check user, password and database name in the URL`, false)
  if (code === 'ENOTFOUND')
    return fault('unreachable', `there is no host of the name in ${place}: check the URL`, false)
  if (code === '57014') return fault('other', `a statement at ${place} took too long and was stopped`, true)
  if (STARTING_OR_STOPPING.test(code) || NETWORK.has(code) || isLostConnection(code, reason)) {
    return fault('unreachable', `cannot reach ${place}: see that the server runs and listens there`, true)
  }
  return fault('other', `a statement at ${place} failed`, false)
}

/** `pg` itself gives these no code. */
function isLostConnection(code: string, message: string): boolean {
  return code === '' && /connection|timeout|not queryable|AggregateError/i.test(message)
}
