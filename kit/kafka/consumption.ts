import { randomUUID } from 'node:crypto'
import { type BusOptions, type ConsumeOptions, type Consumption, KafkaFault } from './bus.ts'
import { type Log, logToStderr } from './log.ts'
import { createPauses } from './pauses.ts'
import { type Session, startSession } from './session.ts'

const START_DEADLINE_MS = 10_000
const RETRY_DELAY_MS = 500
const STOP_DEADLINE_MS = 4_000
/** Before the next life of a consumer that ended: doubles up to the second figure until a join succeeds. */
const RESTART_MS = [200, 2_000] as const

export interface ConsumptionDeps {
  readonly bus: BusOptions
  readonly concurrency: number
  /** Called after the stop: a tap leaves no group behind. */
  readonly forgetGroup: (group: string) => Promise<void>
}

/** A tap gets a group of its own, so that two of them do not share the partitions. */
export const groupOf = (options: ConsumeOptions): string =>
  options.commit === false ? `${options.group}-${randomUUID()}` : options.group

export function startConsumption(options: ConsumeOptions, deps: ConsumptionDeps): Consumption {
  const group = groupOf(options)
  const outer: Log = deps.bus.log ?? logToStderr
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => {}) // whoever awaits `ready` still hears of it
  let session: Session | null = null
  let state: 'starting' | 'running' | 'between' | 'dead' | 'stopped' = 'starting'
  let joined = false
  let lastContact = performance.now()
  let lastProblem = ''
  let restartMs: number = RESTART_MS[0]
  let timer: NodeJS.Timeout | undefined
  const pauses = createPauses(() => (joined ? (session?.consumer ?? null) : null))

  const log: Log = (entry) => {
    if (entry.level === 'error' || entry.level === 'warn') lastProblem = entry.message
    outer(entry)
  }
  /** Listeners of the program run inside the client's event loop, where their errors would break the join. */
  const tell = (name: string, call: () => void): void => {
    try {
      call()
    } catch (error) {
      log({ level: 'error', message: `${name} of group ${group} threw: ${String(error)}` })
    }
  }
  const die = (fault: KafkaFault): void => {
    state = 'dead'
    pauses.clear()
    ready.reject(fault)
    tell('onFatal', () => options.onFatal?.(fault))
  }
  const deadline = setTimeout(() => {
    const fault = startFault(group, options, lastProblem)
    ready.reject(fault)
    state = 'dead'
    void stopSession(1_000)
  }, options.startDeadlineMs ?? START_DEADLINE_MS)
  ready.promise.finally(() => clearTimeout(deadline)).catch(() => {})

  function start(): void {
    session = startSession({
      bus: deps.bus,
      consume: options,
      group,
      concurrency: deps.concurrency,
      log,
      onJoin: (consumer, assignment) => {
        if (state === 'dead' || state === 'stopped') return
        joined = true
        state = 'running'
        restartMs = RESTART_MS[0]
        lastContact = performance.now()
        pauses.applyTo(consumer)
        ready.resolve()
        tell('onAssigned', () => options.onAssigned?.(assignment))
      },
      onContact: () => {
        lastContact = performance.now()
      },
      onThrow: (topic, partition, error) => {
        const delay = options.retryDelayMs ?? RETRY_DELAY_MS
        log({
          level: 'warn',
          message: `The handler of ${topic}/${partition} failed; again in ${delay} ms: ${String(error)}`,
        })
        pauses.holdBack(topic, partition, delay)
      },
      onEnd: (fault, again) => {
        joined = false
        if (!again) return die(fault)
        state = state === 'starting' ? 'starting' : 'between'
        log({ level: 'warn', message: `${fault.message}. Starting again in ${restartMs} ms.` })
        timer = setTimeout(start, restartMs)
        restartMs = Math.min(restartMs * 2, RESTART_MS[1])
      },
    })
  }

  async function stopSession(deadlineMs: number): Promise<void> {
    clearTimeout(timer)
    pauses.clear()
    await session?.stop(deadlineMs)
    if (options.commit === false) await deps.forgetGroup(group).catch(() => {})
  }

  start()
  return {
    ready: ready.promise,
    pause: pauses.pause,
    resume: pauses.resume,
    seek: (topic, partition, offset) => {
      if (joined) session?.consumer.seek({ topic, partition, offset: String(offset) })
    },
    lastContact: () => lastContact,
    isHealthy: () =>
      state === 'running' && joined && performance.now() - lastContact < (options.sessionTimeoutMs ?? 10_000),
    stop: async (deadlineMs = STOP_DEADLINE_MS) => {
      if (state === 'stopped') return
      state = 'stopped'
      joined = false
      ready.reject(new KafkaFault('closed', `The consumer of group ${group} was stopped before it had joined.`))
      await stopSession(deadlineMs)
    },
  }
}

function startFault(group: string, options: ConsumeOptions, lastProblem: string): KafkaFault {
  const topics = options.topics.map(String).join(', ')
  const hint = lastProblem === '' ? '' : ` The client's last complaint: ${lastProblem}.`
  return new KafkaFault(
    'start-deadline',
    `Group ${group} got no partitions of ${topics} within ${options.startDeadlineMs ?? START_DEADLINE_MS} ms. ` +
      `Likely reasons: this user lacks READ on the group or the topics; the broker has no group coordinator yet; ` +
      `another member of the group does not come back from a long batch.${hint}`,
    { retriable: true },
  )
}
