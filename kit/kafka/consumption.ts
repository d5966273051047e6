import { randomUUID } from 'node:crypto'
import { type BusOptions, type ConsumeOptions, type Consumption, KafkaFault } from './bus.ts'
import { type Log, logToStderr } from './log.ts'
import { createPauses } from './pauses.ts'
import { type Assignment, type Session, startSession } from './session.ts'

const START_DEADLINE_MS = 10_000
const RETRY_DELAY_MS = 500
const STOP_DEADLINE_MS = 4_000
const SESSION_TIMEOUT_MS = 10_000
/** Before the next life of a consumer that ended: doubles up to the second figure until a join succeeds. */
const RESTART_MS = [200, 2_000] as const

export interface ConsumptionDeps {
  readonly bus: BusOptions
  readonly concurrency: number
  /** Called after the stop: a tap leaves no group behind. */
  readonly forgetGroup: (group: string) => Promise<void>
}

/** Consumes until stopped: however often the client's consumer dies of something that passes, a new one takes its place. */
export function startConsumption(options: ConsumeOptions, deps: ConsumptionDeps): Consumption {
  const lives = new Lives(options, deps)
  lives.start()
  return {
    ready: lives.ready.promise,
    pause: (topics) => lives.pauses.pause(topics),
    resume: (topics) => lives.pauses.resume(topics),
    seek: (topic, partition, offset) => lives.consumer()?.seek({ topic, partition, offset: String(offset) }),
    lastContact: () => lives.lastContact,
    isHealthy: () => lives.isHealthy(),
    stop: (deadlineMs = STOP_DEADLINE_MS) => lives.stop(deadlineMs),
  }
}

type State = 'starting' | 'joined' | 'between lives' | 'dead' | 'stopped'

class Lives {
  readonly ready = Promise.withResolvers<void>()
  readonly pauses = createPauses(() => this.consumer())
  lastContact = performance.now()
  readonly #options: ConsumeOptions
  readonly #deps: ConsumptionDeps
  readonly #group: string
  #state: State = 'starting'
  #session: Session | null = null
  #lastProblem = ''
  #restartMs: number = RESTART_MS[0]
  #restart: NodeJS.Timeout | undefined
  readonly #startDeadline: NodeJS.Timeout

  constructor(options: ConsumeOptions, deps: ConsumptionDeps) {
    this.#options = options
    this.#deps = deps
    // A tap gets a group of its own, so that two of them do not share the partitions.
    this.#group = options.commit === false ? `${options.group}-${randomUUID()}` : options.group
    this.#startDeadline = setTimeout(() => this.#giveUpStart(), options.startDeadlineMs ?? START_DEADLINE_MS)
    this.ready.promise.catch(() => {}) // whoever awaits `ready` still hears of it
  }

  /** The client's consumer, while it is in the group: before that it refuses to be steered. */
  consumer() {
    return this.#state === 'joined' ? (this.#session?.consumer ?? null) : null
  }

  isHealthy(): boolean {
    const silence = performance.now() - this.lastContact
    return this.#state === 'joined' && silence < (this.#options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS)
  }

  start(): void {
    this.#session = startSession({
      bus: this.#deps.bus,
      consume: this.#options,
      group: this.#group,
      concurrency: this.#deps.concurrency,
      log: this.#log,
      onJoin: (assignment) => this.#joined(assignment),
      onContact: () => {
        this.lastContact = performance.now()
      },
      onThrow: (topic, partition, error) => this.#holdBack(topic, partition, error),
      onEnd: (fault, again) => (again ? this.#startAgain(fault) : this.#die(fault)),
    })
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.#state === 'stopped') return
    this.#state = 'stopped'
    this.ready.reject(
      new KafkaFault('closed', `The consumer of group ${this.#group} was stopped before it had joined.`),
    )
    await this.#end(deadlineMs)
  }

  async #end(deadlineMs: number): Promise<void> {
    clearTimeout(this.#startDeadline)
    clearTimeout(this.#restart)
    this.pauses.clear()
    await this.#session?.stop(deadlineMs)
    if (this.#options.commit === false) await this.#deps.forgetGroup(this.#group).catch(() => {})
  }

  #joined(assignment: Assignment): void {
    if (this.#state === 'dead' || this.#state === 'stopped') return
    this.#state = 'joined'
    this.#restartMs = RESTART_MS[0]
    this.lastContact = performance.now()
    clearTimeout(this.#startDeadline)
    this.pauses.applyTo(this.#session!.consumer)
    this.ready.resolve()
    this.#tell('onAssigned', () => this.#options.onAssigned?.(assignment))
  }

  #holdBack(topic: string, partition: number, error: unknown): void {
    const delay = this.#options.retryDelayMs ?? RETRY_DELAY_MS
    const message = `The handler of ${topic}/${partition} failed; again in ${delay} ms: ${String(error)}`
    this.#log({ level: 'warn', message })
    this.pauses.holdBack(topic, partition, delay)
  }

  #startAgain(fault: KafkaFault): void {
    if (this.#state === 'joined') this.#state = 'between lives'
    this.#log({ level: 'warn', message: `${fault.message}. Starting again in ${this.#restartMs} ms.` })
    this.#restart = setTimeout(() => this.start(), this.#restartMs)
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS[1])
  }

  #die(fault: KafkaFault): void {
    this.#state = 'dead'
    clearTimeout(this.#startDeadline)
    this.pauses.clear()
    this.ready.reject(fault)
    this.#tell('onFatal', () => this.#options.onFatal?.(fault))
  }

  #giveUpStart(): void {
    this.#state = 'dead'
    this.ready.reject(startFault(this.#group, this.#options, this.#lastProblem))
    void this.#end(1_000)
  }

  readonly #log: Log = (entry) => {
    if (entry.level === 'error' || entry.level === 'warn') this.#lastProblem = entry.message
    const log = this.#deps.bus.log ?? logToStderr
    log(entry)
  }

  /** Listeners of the program run inside the client's own loop, where their errors would break the join. */
  #tell(name: string, call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#log({ level: 'error', message: `${name} of group ${this.#group} threw: ${String(error)}` })
    }
  }
}

function startFault(group: string, options: ConsumeOptions, lastProblem: string): KafkaFault {
  const topics = options.topics.map(String).join(', ')
  const hint = lastProblem === '' ? '' : ` The client's last complaint: ${lastProblem.replace(/\.$/, '')}.`
  return new KafkaFault(
    'start-deadline',
    `Group ${group} got no partitions of ${topics} within ${options.startDeadlineMs ?? START_DEADLINE_MS} ms. ` +
      `Likely reasons: this user lacks READ on the group or the topics; the broker has no group coordinator yet; ` +
      `another member of the group does not come back from a long batch.${hint}`,
    { retriable: true },
  )
}
