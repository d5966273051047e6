import { randomBytes } from 'node:crypto'

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
  const ids = randomBytes(24).toString('hex')
  const from = parseTraceparent(parent) ?? { traceId: ids.slice(16), sampled: false }
  return formatTraceparent({ ...from, spanId: ids.slice(0, 16) })
}
