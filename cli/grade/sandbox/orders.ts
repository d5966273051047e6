/** The words between a sandbox's supervisor (`inside.mjs`) and the outside. */
export interface Orders {
  readonly words: readonly string[]
  /** Ports of 127.0.0.1 that lead out, and the socket behind each. */
  readonly doors: readonly { readonly port: number; readonly socket: string }[]
  /** The socket on which the outside listens for this program's supervisor. */
  readonly control: string
}

/** What the supervisor writes, one JSON object a line; a connection that carries a call starts with `{ call }`. */
export type Said = { started: true } | { failed: string } | { call: number } | { call: number; refused: string }

/** What it is told, one JSON object a line. */
export type Told =
  | { readonly act: 'terminate' | 'freeze' | 'thaw' }
  | { readonly act: 'call'; readonly call: number; readonly port: number }
