import type { z } from 'zod'
import { StoreFault, type StoreFaultCode } from '../../store/store.ts'

/** One thing that is wrong with a request: where, and what. `field` is a path such as `quantity` or `items.0.price`; `body` for the whole. */
export interface FieldError {
  readonly field: string
  readonly message: string
}

/** An answer that says what went wrong, as RFC 9457 has it. Throw it from a handler. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly errors: readonly FieldError[]
  /** Sent beside the body, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>
  constructor(
    status: number,
    detail: string,
    errors: readonly FieldError[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.status = status
    this.errors = errors
    this.headers = headers
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Body too large',
  415: 'Unsupported media type',
  422: 'Cannot be processed',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available',
}

/** The JSON of a problem. `error` repeats the detail for callers that know nothing of problem details. */
export const problemBody = (problem: Problem) => ({
  type: 'about:blank',
  title: titles[problem.status] ?? 'Error',
  status: problem.status,
  detail: problem.message,
  error: problem.message,
  ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
})

export const fieldErrors = (error: z.ZodError, whole: string): FieldError[] =>
  error.issues.map(({ path, message }) => ({ field: path.length === 0 ? whole : path.join('.'), message }))

export const invalid = (error: z.ZodError, whole: string): Problem => {
  const errors = fieldErrors(error, whole)
  return new Problem(400, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), errors)
}

/** Why the database could not serve; the caller may ask again. */
const unavailable: Partial<Record<StoreFaultCode, string>> = {
  full: 'The disk is full, so nothing was taken. Make room, and ask again.',
  busy: 'The database is busy, so nothing was taken. Ask again.',
  unreachable:
    'The database does not answer. Ask again later, a POST with its Idempotency-Key: it may have been taken.',
}

/** The parser quotes what it could not read, and that may be a password. */
const withoutQuote = (message: string): string =>
  message.replace(/,? *(\.{3})?".*"(\.{3})? is not valid JSON$/s, '') || 'no JSON value'

/** What a body parser or a handler threw, as a problem. Faults of ours say nothing of their insides. */
export const toProblem = (thrown: unknown): Problem => {
  if (thrown instanceof Problem) return thrown
  if (thrown instanceof StoreFault && unavailable[thrown.code]) return new Problem(503, unavailable[thrown.code]!)
  const { type, limit } = thrown as { type?: string; limit?: number }
  switch (type) {
    case 'entity.parse.failed':
      return new Problem(400, 'body: not JSON', [{ field: 'body', message: withoutQuote((thrown as Error).message) }])
    case 'entity.too.large':
      return new Problem(413, `body: more than ${limit} bytes`, [{ field: 'body', message: `at most ${limit} bytes` }])
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new Problem(415, 'body: send UTF-8 without compression, or gzip', [
        { field: 'body', message: 'unknown encoding' },
      ])
    case 'request.aborted':
    case 'request.size.invalid':
    case 'stream.encoding.set':
      return new Problem(400, 'body: it ended too early', [{ field: 'body', message: 'incomplete' }])
    default:
      break
  }
  // What else comes with a status of its own: a broken percent-encoding in the path, thrown by the router, or a body that cannot be unpacked.
  const status = (thrown as { status?: unknown }).status
  if (typeof status === 'number' && status >= 400 && status < 500) {
    const field = thrown instanceof URIError ? 'path' : 'body'
    return new Problem(status, `${field}: ${(thrown as Error).message}`, [{ field, message: 'cannot be read' }])
  }
  return new Problem(500, 'The service failed; its log says why.')
}
