import type { FromHub, FromPage } from '../../hub/protocol.ts'

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'waiting'; readonly retryAt: number }
  | { readonly state: 'refused'; readonly reason: string }

/** The part of a WebSocket that is used; so a test can bring its own. */
export interface SocketLike {
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: (() => void) | null
  send(text: string): void
  close(): void
}

export interface SocketOptions {
  /** Opens a socket with a fresh one-use ticket. Throws `Refused` when another try is of no use. */
  readonly open: () => Promise<SocketLike>
  readonly onMessage: (message: FromHub) => void
  readonly onState: (connection: Connection) => void
  readonly clock: Clock
}

export interface Clock {
  now(): number
  /** Returns how to call it off. */
  after(ms: number, then: () => void): () => void
}

export class Refused extends Error {}

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000
/** The hub says something every second; one that is silent this long is gone, whatever TCP thinks. */
const SILENCE_MS = 12_000

export interface Link {
  want(samples: boolean, follow: string | null): void
  close(): void
}

/** Keeps one socket to the hub: reconnects with growing waits, answers each message with an ack, and says again what is wanted. */
export function openLink({ open, onMessage, onState, clock }: SocketOptions): Link {
  let socket: SocketLike | null = null
  let wanted: FromPage = { t: 'want', samples: true, follow: null }
  const waits = growingWaits()
  let closed = false
  const timer = oneTimer(clock)

  const send = (message: FromPage) => socket?.send(JSON.stringify(message))
  async function connect(): Promise<void> {
    onState({ state: 'connecting' })
    try {
      const opened = await open()
      if (closed) return opened.close()
      listen(opened)
    } catch (error) {
      if (error instanceof Refused) return onState({ state: 'refused', reason: error.message })
      retry()
    }
  }

  function listen(opened: SocketLike): void {
    opened.onopen = () => {
      socket = opened
      onState({ state: 'open' })
      send(wanted)
      timer.set(SILENCE_MS, () => opened.close())
    }
    opened.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as FromHub
      waits.begin()
      timer.set(SILENCE_MS, () => opened.close())
      onMessage(message)
      send({ t: 'ack', n: message.n })
    }
    opened.onclose = () => {
      if (socket === opened) socket = null
      retry()
    }
  }

  function retry(): void {
    timer.clear()
    if (closed) return
    const wait = waits.next()
    onState({ state: 'waiting', retryAt: clock.now() + wait })
    timer.set(wait, () => void connect())
  }

  void connect()
  const close = () => {
    closed = true
    timer.clear()
    socket?.close()
  }
  const want = (samples: boolean, follow: string | null) => {
    wanted = { t: 'want', samples, follow }
    send(wanted)
  }
  return { want, close }
}

/** One timer at most: setting it anew calls off the one before. */
function oneTimer(clock: Clock) {
  let cancel = () => {}
  return {
    clear: () => cancel(),
    set: (ms: number, then: () => void) => {
      cancel()
      cancel = clock.after(ms, then)
    },
  }
}

/** Twice as long each time, up to five seconds. */
function growingWaits() {
  let wait = FIRST_WAIT_MS
  return {
    begin: () => {
      wait = FIRST_WAIT_MS
    },
    next: () => {
      const now = wait
      wait = Math.min(wait * 2, LONGEST_WAIT_MS)
      return now
    },
  }
}
