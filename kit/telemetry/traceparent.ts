import { randomUUID } from 'node:crypto'

/** What a W3C `traceparent` of version 00 says. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits. */
  readonly spanId: string
  readonly sampled: boolean
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** Null for anything that is not a traceparent of version 00. */
export const parseTraceparent = (text: string | undefined): TraceContext | null => {
  const match = pattern.exec(text ?? '')
  if (match === null || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) return null
  return { traceId: match[1]!, spanId: match[2]!, sampled: (Number.parseInt(match[3]!, 16) & 1) === 1 }
}

export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

/** A step further on the same trace, or the first of a new one that nobody records. */
export const nextTraceparent = (parent: string | undefined): string => {
  // Node keeps a stock of random bytes for these; asking the system for a few at a time takes longer than all else here.
  const id = (): string => randomUUID().replaceAll('-', '')
  const from = parseTraceparent(parent) ?? { traceId: id(), sampled: false }
  return formatTraceparent({ ...from, spanId: id().slice(16) })
}
