import {
  type DeadLetterRow,
  type DeedAnswer,
  type DeedName,
  type FaultRequest,
  type FaultView,
  type LessonState,
  LINES,
  type Me,
  type OrderAnswer,
  type OrderRequest,
  type Passport,
  type Recording,
  type ReplayOutcome,
  type ReplayRequest,
  type RewindRequest,
  type SagaStory,
  type SagaSummary,
  type ScaleRequest,
  type Ticket,
  type Vote,
} from '../../hub/protocol.ts'

/** What the hub answered instead of what was asked for, in its own words. */
export class ApiError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export type SagaFilter = 'all' | 'running' | 'stuck' | 'compensating' | 'failed' | 'done'

export type Api = ReturnType<typeof createApi>

/** The hub's REST calls; each throws ApiError when the hub refuses, or when it cannot be reached (status 0). */
export function createApi({ token, fetch }: { token: string | null; fetch: typeof globalThis.fetch }) {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await send(method, path, body)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }
  async function send(
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<Response> {
    const answer = await fetch(path, {
      method,
      headers: {
        ...more,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new ApiError(0, 'The hub does not answer.')
    })
    if (!answer.ok) throw new ApiError(answer.status, await problemOf(answer))
    return answer
  }
  const at = (topic: string, partition: number, offset: string) =>
    `/api/events/${encodeURIComponent(topic)}/${partition}/${encodeURIComponent(offset)}`
  return {
    me: () => call<Me>('GET', '/api/me'),
    ticket: () => call<Ticket>('POST', '/api/ticket', {}),
    sagas: (filter: SagaFilter, limit: number) =>
      call<SagaSummary[]>('GET', `/api/sagas?filter=${filter}&limit=${limit}`),
    story: (orderId: string) => call<SagaStory>('GET', `/api/sagas/${encodeURIComponent(orderId)}`),
    passport: (topic: string, partition: number, offset: string) => call<Passport>('GET', at(topic, partition, offset)),
    deadLetters: () => call<DeadLetterRow[]>('GET', '/api/dead-letters'),
    /** `onOutcome` is told of each letter as soon as it is known what became of it. */
    async replay(request: ReplayRequest, onOutcome: (outcome: ReplayOutcome) => void): Promise<void> {
      const answer = await send('POST', '/api/dead-letters/replay', request, { accept: LINES })
      await readLines(answer, (line) => onOutcome(line as ReplayOutcome))
    },
    breakIt: (id: string, request: FaultRequest) =>
      call<FaultView>('POST', `/api/faults/${encodeURIComponent(id)}`, request),
    mend: (id: string) => call<void>('DELETE', `/api/faults/${encodeURIComponent(id)}`),
    order: (request: OrderRequest) => call<OrderAnswer>('POST', '/api/orders', request),
    scale: (request: ScaleRequest) => call<void>('POST', '/api/scale', request),
    rewind: (request: RewindRequest) => call<{ moved: number }>('POST', '/api/rewind', request),
    deed: (name: DeedName) => call<DeedAnswer>('POST', `/api/deeds/${name}`, {}),
    recording: () => call<Recording>('GET', '/api/recording'),
    vote: (vote: Vote) => call<void>('POST', '/api/vote', vote),
    lesson: (state: LessonState) => call<void>('POST', '/api/lesson', state),
  }
}

/** Hands on each line as it comes. Throws ApiError where the answer breaks off. */
async function readLines(answer: Response, onLine: (line: unknown) => void): Promise<void> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const part = await reader?.read().catch(() => {
      throw new ApiError(0, 'The hub broke off: of some, nobody knows what became of them.')
    })
    if (part === undefined || part.done) break
    const lines = (rest + part.value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(JSON.parse(line))
  }
}

async function problemOf(answer: Response): Promise<string> {
  const problem = (await answer.json().catch(() => null)) as { title?: unknown; detail?: unknown } | null
  const words = problem?.detail ?? problem?.title
  return typeof words === 'string' ? words : `The hub answered ${answer.status}.`
}
