import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { Ballot } from './ballot.ts'
import { readSpans } from './core/otlp.ts'
import { HubState } from './core/state.ts'
import { every } from './feed/every.ts'
import { lookAtGroups } from './feed/groups.ts'
import { lookAtServices } from './feed/health.ts'
import { followTopics } from './feed/topics.ts'
import { type ApiParts, answerCall } from './http/api.ts'
import { readJson } from './http/body.ts'
import { createFiles } from './http/files.ts'
import { type Door, isSame, type Role, Visitors } from './http/guard.ts'
import { listenFrom } from './http/listen.ts'
import { HubProblem } from './http/problem.ts'
import { createDoorServer, type Handlers } from './http/server.ts'
import { Tickets } from './http/tickets.ts'
import { openToClass } from './lan.ts'
import type { HubOptions } from './ports.ts'
import { Recorder } from './recorder.ts'
import { Sockets } from './sockets.ts'

const FRAME_MS = 50
const REFRESH_MS = 500
const GROUPS_MS = 1_000
const SERVICES_MS = 1_000
const SPANS_BYTES = 8 * 1024 * 1024

export interface Hub {
  /** For the presenter's browser: the fragment holds the token, and never leaves the browser. */
  readonly url: string
  readonly port: number
  /** Where services send their spans by OTLP/HTTP. */
  readonly tracesUrl: string
  /** For the class's phones; null without `lan`, and once it is over. */
  readonly lan: { readonly url: string; readonly code: string } | null
  readonly state: HubState
  close(): Promise<void>
}

/** Taps the shop's Kafka, gathers what its services say, and serves the dashboard. Resolves when it listens; Kafka may come later. */
export async function createHub(options: HubOptions): Promise<Hub> {
  const { model, ports, log = () => {} } = options
  const now = Date.now
  const run = randomBytes(9).toString('base64url')
  const token = randomBytes(32).toString('base64url')
  const closing = new AbortController()
  const state = new HubState(model)
  const recorder = new Recorder(state, run)
  const sockets = new Sockets(state, run)
  const tickets = new Tickets()
  const api: ApiParts = {
    ...{ state, ports, recorder, tickets, now, signal: closing.signal },
    ballot: new Ballot(state),
    join: () => classroom?.join ?? null,
    audit: options.audit ?? (() => {}),
  }
  const handlers = handlersOf(api, sockets, createFiles(options.page))
  const doorFor = (isLoopback: boolean, roleOf: (token: string) => Role | null): Omit<Door, 'hosts'> => ({
    ...{ isLoopback, roleOf, now },
    takeTicket: (ticket) => tickets.take(ticket, now()),
    visitors: new Visitors(),
  })
  const hosts = new Set<string>()
  const server = createDoorServer(
    { ...doorFor(true, (given) => (isSame(given, token) ? 'presenter' : null)), hosts },
    handlers,
  )
  const port = await listenFrom(server, '127.0.0.1', options.port)
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) hosts.add(`${host}:${port}`)
  const classroom =
    options.lan === undefined
      ? null
      : await openToClass({
          address: options.lan,
          port,
          handlers,
          doorFor: (roleOf) => doorFor(false, roleOf),
          onOver: () => sockets.closeRole('viewer'),
        })
  const feeds = startFeeds(state, options, log)
  const tick = (): void => {
    recorder.tick(now())
    sockets.tick(now())
  }
  const ticking = every(FRAME_MS, tick, (error) => log(`No frame could be made: ${(error as Error).message}`))
  return {
    ...{ port, state },
    url: `http://127.0.0.1:${port}/#token=${token}`,
    tracesUrl: `http://127.0.0.1:${port}/v1/traces`,
    get lan() {
      return classroom?.join == null ? null : { url: classroom.join.url, code: classroom.join.code }
    },
    close: async () => {
      closing.abort()
      await ticking.stop()
      await sockets.close()
      await Promise.all([closeServer(server), classroom?.close()])
      await feeds.stop()
    },
  }
}

function handlersOf(api: ApiParts, sockets: Sockets, file: Handlers['file']): Handlers {
  const { state } = api
  return {
    file,
    api: (request, response, role, url) => answerCall(request, response, { role, url }, api),
    socket: (request, socket, head, role) => sockets.accept(request, socket, head, role, api.now()),
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

/** Everything that is looked at again and again. Each look may fail; the next one tries again. */
function startFeeds(
  state: HubState,
  { model, ports }: HubOptions,
  log: (message: string) => void,
): { stop(): Promise<void> } {
  let partitions: ReadonlyMap<string, number> = new Map()
  const reads = new Map<string, Set<string>>()
  const draw = (): void => {
    const urls = new Map(
      ports.instances().flatMap(({ service, instance, url }) => (instance === 0 ? [[service, url] as const] : [])),
    )
    state.layOut({ partitions, reads, urls })
  }
  const tell = (what: string) => (error: unknown) => log(`${what}: ${(error as Error).message}`)
  const groups = async (): Promise<void> => {
    const { states, lags } = await lookAtGroups(ports.bus, model, new Set(partitions.keys()))
    state.groups.set(states)
    for (const { group, service, partitions: lagsOfGroup } of lags) {
      for (const { topic, partition, committed } of lagsOfGroup)
        state.commit(group, service, topic, partition, committed)
    }
    for (const { service, members } of states) {
      if (service !== null) reads.set(service, new Set(members.flatMap((member) => Object.keys(member.partitions))))
    }
  }
  const faults = async (): Promise<void> => state.faults.set((await ports.faults?.list()) ?? [])
  const unlisten = ports.faults?.onChange(() => void faults().catch(tell('The toggles cannot be read')))
  const loops = [
    followTopics({
      ...{ ports, model, log },
      read: () => [...reads.values()].flatMap((topics) => [...topics]),
      onRecords: (records) => {
        const now = Date.now()
        for (const record of records) state.addRecord(record, now)
      },
      onTopics: (there) => {
        partitions = there
      },
    }),
    every(GROUPS_MS, groups, tell('The consumer groups cannot be read')),
    every(
      SERVICES_MS,
      async () =>
        state.services.set(
          await lookAtServices(
            model.services.map(({ name }) => name),
            ports.instances(),
          ),
        ),
      tell('The services cannot be asked'),
    ),
    every(REFRESH_MS, () => state.refresh(Date.now()), tell('The numbers cannot be counted')),
    every(1_000, () => void state.addPoint(Date.now()), tell('The curves cannot go on')),
    every(1_000, draw, tell('The map cannot be drawn')),
    every(2_000, faults, tell('The toggles cannot be read')),
  ]
  return {
    stop: async () => {
      unlisten?.()
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
