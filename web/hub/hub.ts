import { randomBytes } from 'node:crypto'
import { withDeadline } from '../../kit/kafka/deadline.ts'
import { Ballot } from './ballot.ts'
import { readSpans } from './core/otlp.ts'
import { HubState } from './core/state.ts'
import { openDoors } from './doors.ts'
import { every } from './feed/every.ts'
import { startFeeds } from './feed/feeds.ts'
import { type ApiParts, answerCall } from './http/api.ts'
import { readJson } from './http/body.ts'
import { createFiles } from './http/files.ts'
import { HubProblem } from './http/problem.ts'
import type { Handlers } from './http/server.ts'
import { Tickets } from './http/tickets.ts'
import type { HubOptions } from './ports.ts'
import type { Me } from './protocol.ts'
import { Recorder } from './recorder.ts'
import { Sockets } from './sockets.ts'

const FRAME_MS = 50
const FEEDS_STOP_MS = 3_000
const SPANS_BYTES = 8 * 1024 * 1024

export interface Hub {
  /** For the presenter's browser: the fragment holds the token, and never leaves the browser. */
  readonly url: string
  readonly port: number
  /** Where services send their spans by OTLP/HTTP. */
  readonly tracesUrl: string
  /** For the class's phones; null without `lan`, and once it is over. */
  readonly lan: Me['join']
  close(): Promise<void>
}

/** Taps the shop's Kafka, gathers what its services say, and serves the dashboard. Resolves when it listens; Kafka may come later. */
export async function createHub(options: HubOptions): Promise<Hub> {
  const { model, ports, log = () => {}, audit = () => {} } = options
  const now = Date.now
  const run = randomBytes(9).toString('base64url')
  const closing = new AbortController()
  const state = new HubState(model)
  const recorder = new Recorder(state, run)
  const sockets = new Sockets(state, run)
  const tickets = new Tickets()
  const api: ApiParts = {
    ...{ state, ports, recorder, tickets, audit, now, signal: closing.signal },
    ballot: new Ballot(state),
    join: () => doors.join(),
  }
  const handlers = handlersOf(api, sockets, createFiles(options.page))
  const doors = await openDoors(options, handlers, tickets, () => sockets.closeRole('viewer'))
  const feeds = startFeeds(state, options, log)
  const tick = (): void => {
    recorder.tick(now())
    sockets.tick(now())
  }
  const ticking = every(FRAME_MS, tick, (error) => log(`No frame could be made: ${(error as Error).message}`))
  const origin = `http://127.0.0.1:${doors.port}`
  return {
    port: doors.port,
    url: `${origin}/#token=${doors.token}`,
    tracesUrl: `${origin}/v1/traces`,
    get lan() {
      return doors.join()
    },
    close: async () => {
      closing.abort()
      await ticking.stop()
      await sockets.close()
      await doors.close()
      // A look at a Kafka that does not answer ends when its connection is closed, by whoever made it.
      await withDeadline(feeds.stop(), FEEDS_STOP_MS, () => {})
    },
  }
}

function handlersOf(api: ApiParts, sockets: Sockets, file: Handlers['file']): Handlers {
  const { state, now } = api
  return {
    file,
    api: (request, response, role, url) => answerCall(request, response, { role, url }, api),
    socket: (request, socket, head, role) => sockets.accept(request, socket, head, role, now()),
    spans: async (request) => {
      const body = await readJson(request, SPANS_BYTES)
      try {
        for (const { row, work } of readSpans(body, (topic, key) => state.orderIdOf(topic, key))) {
          state.addSpan(row)
          if (work !== null) state.addWork(work)
        }
      } catch (error) {
        throw new HubProblem(400, `This is no OTLP request in JSON: ${(error as Error).message.slice(0, 300)}`)
      }
    },
  }
}
