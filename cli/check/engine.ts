import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Bus, type Consumption, KafkaFault } from '../../kit/kafka/bus.ts'
import { cleanTopics } from './clean.ts'
import type { Outcome } from './judge.ts'
import { Random } from './random.ts'
import { Recorder } from './recorder.ts'
import type { Scenario } from './scenario.ts'
import { Shop } from './shop.ts'
import type { Starter } from './starter.ts'
import { startTap } from './tap.ts'
import { Blocked, KitFault } from './verdict.ts'

export interface EngineParts {
  readonly bus: Bus
  readonly brokers: readonly string[]
  readonly seed: number
  readonly starter: Starter
  /** See `Shop.patience`. */
  readonly patience: number
  /** Rejects where another shop is at work on the broker. Looks once a session. */
  readonly idle: () => Promise<void>
}

/** Drives a scenario from a clean start to the end of everything that it started. Rejects where the kit or the machine is at fault. */
export async function drive(scenario: Scenario, parts: EngineParts): Promise<Outcome> {
  try {
    return await driveOnce(scenario, parts)
  } catch (error) {
    if (!mayPass(error)) throw error
    return await driveOnce(scenario, parts)
  }
}

/** The kit's own trouble with the broker is no reason to leave a right shop without its marks: one more try from a clean start. */
function mayPass(error: unknown): boolean {
  return error instanceof KitFault ? error.again : error instanceof KafkaFault
}

async function driveOnce(scenario: Scenario, parts: EngineParts): Promise<Outcome> {
  const { bus, brokers, seed, starter, patience } = parts
  starter.checkInterrupt()
  if (scenario.topics !== 'none') {
    await parts.idle()
    await cleanTopics(bus, brokers, scenario.topics)
  }
  const recorder = new Recorder(scenario.name, seed, brokers.join(','))
  const tap = scenario.topics === 'clean' ? await startTap(bus, recorder) : undefined
  const random = new Random(seed ^ hash(scenario.name))
  const shop = new Shop({ random, recorder, bus, brokers, starter, patience })
  try {
    recorder.history.given = (await withinLimit(scenario, scenario.drive(shop))) as typeof recorder.history.given
  } catch (error) {
    if (!(error instanceof Blocked)) throw error
    return { kind: 'blocked', history: recorder.history, judgement: error.judgement }
  } finally {
    await Promise.all([shop.close(), stopTap(tap)])
    starter.forgetDead()
  }
  await refuseTakenPorts(recorder)
  if (tap !== undefined && recorder.history.moments.some(({ what }) => what === 'the reader of the kit failed')) {
    throw new KitFault(
      'kit.reader-failed',
      'the kit lost its connection to the topics',
      'Look at `lab status`, then check again.',
      {
        again: true,
      },
    )
  }
  return { kind: 'driven', history: recorder.history }
}

const LONGEST = 10 * 60_000

/** Every wait of a driver has its deadline; this one is for what nobody thought of. */
async function withinLimit<T>(scenario: Scenario, driven: Promise<T>): Promise<T> {
  driven.catch(() => {})
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const fault = new KitFault('kit.hung', `the check had not come to an end (${scenario.name})`, 'Check again.')
    timer = setTimeout(() => reject(fault), scenario.longest ?? LONGEST)
  })
  return await Promise.race([driven, late]).finally(() => clearTimeout(timer))
}

async function stopTap(tap: Consumption | undefined): Promise<void> {
  const stopped = tap?.stop(1_500).catch(() => {})
  await Promise.race([stopped, pause(4_000, undefined, { ref: false })])
}

/** A service that could not listen because another program took its port in between is tried again on another port. */
async function refuseTakenPorts(recorder: Recorder): Promise<void> {
  for (const { port, exit, acts, name } of recorder.history.processes) {
    if (port === undefined || exit === undefined || acts.some(({ at }) => at < exit.at)) continue
    if (await answers(port)) {
      throw new KitFault('kit.port-taken', `another program took port ${port} before ${name} could`, 'Check again.', {
        again: true,
      })
    }
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const end = (yes: boolean) => {
      socket.destroy()
      resolve(yes)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.setTimeout(500, () => end(false))
  })
}

/**
 * Does the broker still answer? Asked when a check did not pass, before the student is blamed. One question may be lost to a connection that breaks; a
 * broker that is gone refuses every one.
 */
export async function brokerAnswers(bus: Bus, deadlineMs = 10_000): Promise<boolean> {
  const end = performance.now() + deadlineMs
  const refused = performance.now() + REFUSED_FOR
  for (;;) {
    const left = end - performance.now()
    const answer = await Promise.race([
      bus.topics([]).then(
        () => 'yes' as const,
        (error: Error) => (/ECONNREFUSED/.test(error.message) && performance.now() > refused ? 'gone' : 'no'),
      ),
      pause(left, 'gone' as const, { ref: false }),
    ])
    if (answer !== 'no') return answer === 'yes'
    await pause(200)
    if (performance.now() > end) return false
  }
}

/** A broker that is being started again refuses for a moment. */
const REFUSED_FOR = 2_000

function hash(text: string): number {
  let h = 2_166_136_261
  for (const c of text) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 16_777_619)
  return h >>> 0
}
