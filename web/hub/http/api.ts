import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Ballot } from '../ballot.ts'
import type { HubState } from '../core/state.ts'
import { storyOf } from '../core/story.ts'
import { findPassport } from '../letters.ts'
import { placeOrders } from '../orders.ts'
import type { AuditEntry, ShopPorts } from '../ports.ts'
import { DEEDS, type DeedAnswer, LINES, type Me, ORDER_LIMITS, PROTOCOL_VERSION } from '../protocol.ts'
import type { Recorder } from '../recorder.ts'
import { listDeadLetters, replayLetters } from '../replay.ts'
import { check, readJson } from './body.ts'
import type { Role } from './guard.ts'
import { HEADERS } from './headers.ts'
import { asProblem, HubProblem } from './problem.ts'
import type { Tickets } from './tickets.ts'

/** What the routes work on. */
export interface ApiParts {
  readonly state: HubState
  readonly ports: ShopPorts
  readonly recorder: Recorder
  readonly ballot: Ballot
  readonly tickets: Tickets
  /** For the class's phones; null unless the hub shows itself to them. */
  readonly join: () => Me['join']
  readonly audit: (entry: AuditEntry) => void
  /** Aborts when the hub closes: bursts and replays end. */
  readonly signal: AbortSignal
  readonly now: () => number
}

interface Call {
  readonly role: Role
  /** What stands in place of the `:` words of the path. */
  readonly params: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
  readonly address: string
}

interface Route {
  readonly method: string
  readonly path: RegExp
  /** Undefined becomes 204. What is told by `tell` is a line at once for who asked for lines, and the answer is then nothing more. */
  readonly handle: (call: Call, parts: ApiParts, tell: (line: unknown) => void) => unknown
  /** Changes something: a line for the audit. */
  readonly audited?: true
  readonly bytes?: number
}

const BODY_BYTES = 64 * 1024
/** An edited dead letter may be as large as a record. */
const LETTER_BYTES = 2 * 1024 * 1024

const place = {
  topic: z.string().min(1).max(249),
  partition: z.int().nonnegative(),
  offset: z.string().regex(/^\d{1,19}$/),
}
const lesson = z.object({
  lesson: z.string().min(1).max(80),
  step: z.int().nonnegative().max(1_000),
  voteOpen: z.boolean(),
})
const vote = z.object({ lesson: z.string().min(1).max(80), choice: z.int().nonnegative().max(20) })
const scale = z.object({ service: z.string().min(1), instances: z.int().min(1).max(3) })
const rewind = z.object({ group: z.string().min(1), topic: z.string().min(1) })
const fault = z.object({
  settings: z.record(z.string(), z.unknown()).optional(),
  forMs: z.number().positive().max(3_600_000).nullable().optional(),
  seed: z.int().nonnegative().optional(),
})
const order = z
  .object({
    productId: z.number(),
    quantity: z.int().positive(),
    amount: z.number().nonnegative(),
    saga: z.literal('orchestration').exactOptional(),
    count: z.int().positive().max(ORDER_LIMITS.count).exactOptional(),
    ratePerS: z.number().positive().max(ORDER_LIMITS.ratePerS).exactOptional(),
  })
  .refine(({ count = 1, ratePerS }) => ratePerS === undefined || count / ratePerS <= ORDER_LIMITS.seconds, {
    message: `this would take longer than ${ORDER_LIMITS.seconds} s: fewer orders, or a higher rate`,
    path: ['count'],
  })
const replay = z
  .object({
    letters: z.array(z.object(place)).min(1).max(500),
    editedValue: z.string().max(1_000_000).exactOptional(),
    ratePerS: z.number().positive().max(500).exactOptional(),
  })
  .refine(({ letters, editedValue }) => editedValue === undefined || letters.length === 1, {
    message: 'one edited value is for one letter',
    path: ['editedValue'],
  })
const filters = z.enum(['all', 'running', 'stuck', 'compensating', 'failed', 'done']).default('all')

const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/api\/me$/,
    handle: ({ role }, { state, join }): Me => ({
      role,
      version: PROTOCOL_VERSION,
      shop: state.model.kind,
      join: role === 'presenter' ? join() : null,
    }),
  },
  {
    method: 'POST',
    path: /^\/api\/ticket$/,
    handle: ({ role }, { tickets, now }) => ({ ticket: tickets.give(role, now()) }),
  },
  {
    method: 'GET',
    path: /^\/api\/sagas$/,
    handle: ({ query }, { state }) => {
      const filter = check(filters, query.get('filter') ?? undefined)
      return state.sagas.list(
        filter,
        check(z.coerce.number().int().min(1).max(1_000).default(200), query.get('limit') ?? undefined),
      )
    },
  },
  {
    method: 'GET',
    path: /^\/api\/sagas\/([^/]+)$/,
    handle: ({ params: [orderId = ''] }, { state }) =>
      storyOf(state, orderId) ?? gone('Nothing was heard of this order, or it is long ago.'),
  },
  {
    method: 'GET',
    path: /^\/api\/events\/([^/]+)\/(\d{1,9})\/(\d{1,19})$/,
    handle: async ({ params: [topic = '', partition, offset = ''] }, { state, ports, now }) =>
      (await findPassport(state, ports, { topic, partition: Number(partition), offset }, now())) ??
      gone('This record was not seen here, or newer ones have taken its place.'),
  },
  {
    method: 'GET',
    path: /^\/api\/dead-letters$/,
    handle: ({ query }, { state, ports, now }) => listDeadLetters(state, ports, query.get('topic'), now()),
  },
  {
    method: 'POST',
    path: /^\/api\/dead-letters\/replay$/,
    audited: true,
    bytes: LETTER_BYTES,
    handle: ({ body }, { state, ports, signal }, tell) =>
      replayLetters(state, ports, check(replay, body), signal, { onOutcome: tell }),
  },
  { method: 'GET', path: /^\/api\/faults$/, handle: (_, { state }) => state.faults.value },
  {
    method: 'POST',
    path: /^\/api\/faults\/([^/]+)$/,
    audited: true,
    handle: async ({ params: [id = ''], body }, { state, ports }) => {
      const desk = ports.faults ?? unavailable('This shop has no failure toggles.')
      const { settings = {}, forMs = 60_000, seed } = check(fault, body)
      await desk.inject(id, {
        ...settings,
        forSeconds: forMs === null ? 0 : forMs / 1_000,
        ...(seed === undefined ? {} : { seed }),
      })
      state.faults.set(await desk.list())
      return state.faults.value.find((one) => one.id === id)
    },
  },
  {
    method: 'DELETE',
    path: /^\/api\/faults\/([^/]+)$/,
    audited: true,
    handle: async ({ params: [id = ''] }, { state, ports }) => {
      const desk = ports.faults ?? unavailable('This shop has no failure toggles.')
      await desk.mend(id)
      state.faults.set(await desk.list())
    },
  },
  {
    method: 'POST',
    path: /^\/api\/orders$/,
    audited: true,
    handle: ({ body }, { ports, signal }) => placeOrders(ports, check(order, body), signal),
  },
  {
    method: 'POST',
    path: /^\/api\/scale$/,
    audited: true,
    handle: async ({ body }, { ports }) => {
      const { service, instances } = check(scale, body)
      await (ports.scale ?? unavailable('The services of this shop cannot be scaled from here.'))(service, instances)
    },
  },
  {
    method: 'POST',
    path: /^\/api\/rewind$/,
    audited: true,
    handle: async ({ body }, { ports }) => {
      const { group, topic } = check(rewind, body)
      return {
        moved: await (ports.rewind ?? unavailable('The groups of this shop cannot be set back from here.'))(
          group,
          topic,
        ),
      }
    },
  },
  {
    method: 'POST',
    path: /^\/api\/deeds\/([^/]+)$/,
    audited: true,
    handle: async ({ params: [name] }, { ports }): Promise<DeedAnswer> => {
      const deeds = ports.deeds ?? unavailable('This shop has nothing of the kind.')
      const deed = DEEDS.find((one) => one === name) ?? gone(`There is no deed ${name}.`)
      return { words: await deeds[deed]() }
    },
  },
  { method: 'GET', path: /^\/api\/recording$/, handle: (_, { recorder, now }) => recorder.recording(now()) },
  {
    method: 'POST',
    path: /^\/api\/vote$/,
    handle: ({ body, role, address }, { ballot }) => {
      if (!ballot.cast(check(vote, body), role === 'presenter' ? null : address))
        throw new HubProblem(409, 'No vote is open for this lesson.')
    },
  },
  {
    method: 'POST',
    path: /^\/api\/lesson$/,
    audited: true,
    handle: ({ body }, { ballot }) => ballot.show(check(lesson, body)),
  },
]

function gone(reason: string): never {
  throw new HubProblem(404, reason)
}

function unavailable(reason: string): never {
  throw new HubProblem(409, reason)
}

/** Answers a call that the guard let through. */
export async function answerCall(
  request: IncomingMessage,
  response: ServerResponse,
  { role, url }: { readonly role: Role; readonly url: URL },
  parts: ApiParts,
): Promise<void> {
  const { method = 'GET', socket } = request
  const there = ROUTES.filter(({ path }) => path.test(url.pathname))
  const route = there.find((one) => one.method === method)
  if (route === undefined)
    throw new HubProblem(there.length > 0 ? 405 : 404, `There is no ${method} ${url.pathname} here.`)
  const address = socket.remoteAddress ?? ''
  const body = method === 'POST' ? await readJson(request, route.bytes ?? BODY_BYTES) : null
  const note = (status: number): void => {
    if (route.audited)
      parts.audit({ at: new Date(parts.now()).toISOString(), address, method, path: url.pathname, status, body })
  }
  const tell = (line: unknown): void => {
    if (request.headers.accept !== LINES || response.destroyed) return
    if (!response.headersSent) response.writeHead(200, { ...HEADERS, 'content-type': LINES })
    response.write(`${JSON.stringify(line)}\n`)
  }
  try {
    const answer = await route.handle(
      { role, params: paramsOf(route.path, url.pathname), query: url.searchParams, body, address },
      parts,
      tell,
    )
    note(answer === undefined ? 204 : 200)
    if (response.headersSent) response.end()
    else if (answer === undefined) response.writeHead(204, HEADERS).end()
    else response.writeHead(200, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(answer))
  } catch (error) {
    const problem = asProblem(error)
    note(problem.status)
    // Half of the answer is out: only a broken one tells that the rest is missing.
    if (response.headersSent) response.destroy()
    else throw problem
  }
}

function paramsOf(path: RegExp, pathname: string): string[] {
  try {
    return (path.exec(pathname) ?? []).slice(1).map(decodeURIComponent)
  } catch {
    throw new HubProblem(400, 'The path is not encoded as it should be.')
  }
}
