import { KafkaFault, type OutgoingRecord } from './bus.ts'

/** Bounds of one produce request. A broker refuses a batch of more than 1 MiB for one partition by default. */
export const MAX_RECORDS = 1_000
export const MAX_BYTES = 900_000
/** What a record costs on the wire besides key and value, roughly. */
const OVERHEAD_BYTES = 100

/** Sends records in one request, all acknowledged when it resolves. Never called while an earlier call is under way. */
export type Transmit = (records: readonly OutgoingRecord[]) => Promise<void>

export interface SendQueue {
  send(records: readonly OutgoingRecord[]): Promise<void>
  /** Resolves when nothing is queued or in flight. */
  idle(): Promise<void>
}

interface Call {
  readonly records: readonly OutgoingRecord[]
  next: number
  readonly resolve: () => void
  readonly reject: (fault: KafkaFault) => void
}

interface Slice {
  readonly call: Call
  readonly records: readonly OutgoingRecord[]
}

/**
 * One request at a time, and what is asked for meanwhile goes together into the next: batches form by themselves under
 * load and a lone record never waits for one. The order of calls is the order in the log.
 */
export function createSendQueue(transmit: Transmit): SendQueue {
  const calls: Call[] = []
  let pumping: Promise<void> | null = null

  async function pump(): Promise<void> {
    await null // calls of the same tick travel together
    while (calls.length > 0) await sendSlices(takeSlices(calls), transmit, calls)
    pumping = null
  }

  return {
    send: (records) => {
      if (records.length === 0) return Promise.resolve()
      return new Promise((resolve, reject) => {
        calls.push({ records, next: 0, resolve, reject })
        pumping ??= pump()
      })
    },
    idle: async () => {
      while (pumping !== null) await pumping
    },
  }
}

async function sendSlices(slices: readonly Slice[], transmit: Transmit, calls: Call[]): Promise<void> {
  const fault = await attempt(slices, transmit)
  // What is wrong with one call's records (no such topic, too large) is not the fault of its companions: each alone, then.
  if (fault !== null && slices.length > 1 && !fault.retriable) {
    for (const slice of slices) settle(slice, await attempt([slice], transmit), calls)
  } else {
    for (const slice of slices) settle(slice, fault, calls)
  }
}

async function attempt(slices: readonly Slice[], transmit: Transmit): Promise<KafkaFault | null> {
  try {
    await transmit(slices.length === 1 ? slices[0]!.records : slices.flatMap((slice) => slice.records))
    return null
  } catch (error) {
    return error instanceof KafkaFault
      ? error
      : new KafkaFault('other', String(error), { indefinite: true, cause: error })
  }
}

function settle({ call }: Slice, fault: KafkaFault | null, calls: Call[]): void {
  const done = call.next >= call.records.length
  if (fault === null && !done) return
  if (fault === null) call.resolve()
  else call.reject(fault)
  const index = calls.indexOf(call)
  if (index >= 0) calls.splice(index, 1)
}

/** The next request's worth of records; a call that is taken whole leaves the queue, a longer one stays with its rest. */
export function takeSlices(calls: Call[]): Slice[] {
  const slices: Slice[] = []
  let room = MAX_RECORDS
  let bytes = MAX_BYTES
  while (calls.length > 0 && room > 0) {
    const call = calls[0]!
    const from = call.next
    while (call.next < call.records.length && room > 0) {
      bytes -= sizeOf(call.records[call.next]!)
      if (bytes < 0 && room < MAX_RECORDS) return close(slices, call, from)
      call.next++
      room--
    }
    close(slices, call, from)
    if (call.next < call.records.length) return slices
    calls.shift()
  }
  return slices
}

function close(slices: Slice[], call: Call, from: number): Slice[] {
  const records = from === 0 && call.next === call.records.length ? call.records : call.records.slice(from, call.next)
  if (records.length > 0) slices.push({ call, records })
  return slices
}

function sizeOf(record: OutgoingRecord): number {
  let bytes = OVERHEAD_BYTES + (record.key?.length ?? 0)
  if (record.value !== null) bytes += Buffer.byteLength(record.value)
  for (const name in record.headers) bytes += name.length + record.headers[name]!.length
  return bytes
}
