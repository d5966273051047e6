import type { z } from 'zod'
import type { Caller, Needs } from './caller.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** One event of an answer that goes on: server-sent, its data as JSON. */
export interface ServerEvent {
  readonly event: string
  readonly data: unknown
  /** What a client that reconnects sends as `Last-Event-ID`. */
  readonly id?: string
}

/** What a handler sends back. `headers` beside the body, which is sent as JSON. */
export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** In the place of `body`: bytes or text of another media type. */
  readonly raw?: { readonly type: string; readonly data: string | Uint8Array }
  /** In the place of `body`: events as they come, until the iterable ends or the client leaves (then its `return` is called). */
  readonly events?: AsyncIterable<ServerEvent>
}

export interface ResponseSpec {
  readonly description: string
  readonly schema?: z.ZodType
}

type Shape = z.ZodType | undefined
type Value<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined

/** One operation: what it takes, what it answers, what it does. The same schemas check the input and make the OpenAPI document. */
export interface RouteSpec<P extends Shape, Q extends Shape, H extends Shape, B extends Shape> {
  readonly method: Method
  /** In express' form: `/api/orders/:orderId`. */
  readonly path: string
  readonly summary: string
  readonly params?: P
  readonly query?: Q
  /** Names in lower case. */
  readonly headers?: H
  readonly body?: B
  /** How the body comes. Default: as JSON. */
  readonly bodyType?: 'json' | 'form'
  /** Whom it lets in, where tokens are checked. Default: each caller with a token. */
  readonly needs?: Needs
  readonly responses: Readonly<Record<number, ResponseSpec>>
  readonly handle: (input: {
    readonly params: Value<P>
    readonly query: Value<Q>
    readonly headers: Value<H>
    readonly body: Value<B>
    /** Who asks; null where no tokens are checked, or the route is open to anyone. */
    readonly caller: Caller | null
  }) => Promise<Reply> | Reply
}

/** A route whose input types are forgotten: what the app and the OpenAPI document work with. */
export interface Route {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly params?: z.ZodType | undefined
  readonly query?: z.ZodType | undefined
  readonly headers?: z.ZodType | undefined
  readonly body?: z.ZodType | undefined
  readonly bodyType?: 'json' | 'form'
  readonly needs?: Needs
  readonly responses: Readonly<Record<number, ResponseSpec>>
  readonly handle: (input: {
    params: unknown
    query: unknown
    headers: unknown
    body: unknown
    caller: Caller | null
  }) => Promise<Reply> | Reply
}

export const route = <
  P extends Shape = undefined,
  Q extends Shape = undefined,
  H extends Shape = undefined,
  B extends Shape = undefined,
>(
  spec: RouteSpec<P, Q, H, B>,
): Route => ({ ...spec, handle: (input) => spec.handle(input as Parameters<typeof spec.handle>[0]) })
