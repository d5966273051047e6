import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { ensureBroker, type LabBroker } from '../broker/lab-broker.ts'
import { LIMITS, PARTITIONS, SERVICES, type Service, TOPICS } from '../check/contract.ts'
import { cleanEnvironment } from '../check/environment.ts'
import { type LabJson, readLabJson } from '../check/lab-json.ts'
import { Reaper } from '../check/reaper.ts'
import { groupAlive } from '../check/tree.ts'
import { Blocked } from '../check/verdict.ts'
import { type Context, LabError, wrongUsage } from '../command.ts'
import { onBus } from '../shop/connect.ts'
import { type Claim, claimPort } from '../shop/ports.ts'
import { statusOf } from '../shop/ready.ts'
import { CORE_PORTS } from '../shop/usual-ports.ts'
import { whileWaiting } from '../terminal/progress.ts'
import { type RunEnd, RunProcess } from './run-process.ts'
import { createSlots, type RunningService, type Slots } from './slots.ts'

export interface RunOptions {
  readonly workspace: string
  readonly failRate: number
  /** For inventory, JSON; undefined: the contract's default. */
  readonly stock: string | undefined
  /** For every service, under what the contract gives it. */
  readonly env?: Readonly<Record<string, string>>
  readonly onLine: (name: string, line: string) => void
  readonly onEnd: (name: string, end: RunEnd) => void
}

/** A shop that runs; its services can be ended and started again one by one. */
export interface MyShop extends Pick<Slots, 'services' | 'end' | 'start'> {
  readonly broker: LabBroker
  /** Resolves when the last service has ended, and none is to be started again. */
  readonly allEnded: Promise<void>
  stop(): Promise<void>
}

/** Reads lab.json; a broken one becomes a sentence that helps. */
export async function labJsonOf(workspace: string): Promise<LabJson> {
  try {
    return await readLabJson(workspace)
  } catch (error) {
    if (!(error instanceof Blocked) || error.judgement.kind !== 'fail') throw error
    const { saw, cause, next } = error.judgement.diagnosis
    throw wrongUsage(saw.includes('lab.json') ? saw : `lab.json: ${saw}`, `${cause}\nNext: ${next}`)
  }
}

/** Builds the student's shop and starts every service that its lab.json names. Ends what it started when it cannot go on. */
export async function startMyShop(ctx: Context, options: RunOptions): Promise<MyShop> {
  const lab = await labJsonOf(options.workspace)
  const wanted = SERVICES.filter((name) => lab.services[name] !== undefined)
  if (wanted.length === 0) throw wrongUsage('lab.json names no service yet.', "'lab start b' brings the four services.")
  const broker = await ensureBroker(ctx)
  const { brokers } = broker
  await makeTopics(ctx, brokers)
  const run = randomBytes(6).toString('hex')
  const reaper = new Reaper(run)
  const slots = createSlots(options.onEnd)
  let count = 0
  const launch = async (name: string, words: readonly string[], env: Record<string, string>) => {
    const mark = `${run}-${++count}`
    const all = cleanEnvironment(ctx.env, mark, { KAFKA_BROKERS: brokers, ...options.env, ...env })
    const process = await startProcess(options, name, words, mark, all)
    reaper.watch(process.pid)
    // The id of a group that is gone may soon be somebody else's.
    void process.ended.then(() => groupAlive(process.pid) || reaper.forget(process.pid))
    return process
  }
  const claims: Claim[] = []
  const stop = async () => {
    await slots.stopAll()
    for (const claim of claims) claim.release()
    await reaper.close()
  }
  try {
    if (lab.build !== undefined) await build(ctx, await launch('build', lab.build, {}))
    for (const name of wanted) {
      const claim = await claimFor(ctx, name)
      claims.push(claim)
      const { port } = claim
      await slots.add(name, `http://127.0.0.1:${port}`, () =>
        launch(name, lab.services[name] ?? [], environment(options, name, port)),
      )
    }
    await whileWaiting(ctx, 'Waiting for your services to answer', untilAnswers(ctx, slots.services))
  } catch (error) {
    await stop()
    throw error
  }
  return { ...slots, broker, allEnded: slots.allEnded(), stop }
}

async function startProcess(
  { workspace, onLine }: RunOptions,
  name: string,
  words: readonly string[],
  mark: string,
  env: Readonly<Record<string, string>>,
): Promise<RunProcess> {
  try {
    return await RunProcess.start({ name, words, cwd: workspace, env, mark, onLine: (line) => onLine(name, line) })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? `there is no program "${words[0]}"` : `"${words[0]}" cannot be run (${code})`
    throw wrongUsage(`${name} cannot be started: ${why}.`, `lab.json says: ${words.join(' ')}`)
  }
}

function environment({ failRate, stock }: RunOptions, name: Service, port: number): Record<string, string> {
  return {
    PORT: String(port),
    ...(name === 'payment' ? { PAYMENT_FAIL_RATE: String(failRate) } : {}),
    ...(name === 'inventory' && stock !== undefined ? { STOCK: stock } : {}),
  }
}

/** The core topics that are not there yet; a shop whose part A is not written can run all the same. */
async function makeTopics(ctx: Context, brokers: string): Promise<void> {
  await onBus(ctx, brokers.split(','), async (bus) => {
    const there = new Set((await bus.topics(TOPICS)).map(({ topic }) => topic))
    const lacking = TOPICS.filter((topic) => !there.has(topic))
    if (lacking.length === 0) return
    await bus.createTopics(lacking.map((topic) => ({ topic, partitions: PARTITIONS })))
    ctx.err.line(ctx.paint.faint(`Made the topics that were not there: ${lacking.join(', ')}.`))
  })
}

async function build(ctx: Context, process: RunProcess): Promise<void> {
  const timer = setTimeout(() => process.killTree(), LIMITS.build)
  const stop = () => void process.stop()
  ctx.signal.addEventListener('abort', stop, { once: true })
  const { code, signal } = await process.ended
  await process.stop()
  clearTimeout(timer)
  ctx.signal.removeEventListener('abort', stop)
  if (code === 0) return
  throw new LabError('build-failed', `The build of lab.json ended with ${code ?? signal}.`, 'Its output is above.', {
    exit: 1,
  })
}

async function claimFor(ctx: Context, name: Service): Promise<Claim> {
  const usual = CORE_PORTS[name]
  const claim = await claimPort(usual)
  if (claim.port !== usual)
    ctx.err.line(`Port ${usual} is another program's; ${name} gets ${claim.port} in PORT instead.`)
  return claim
}

/** Until each service answers HTTP, has ended, or the contract's 15 s are over: one that never listens must not stop the others. */
async function untilAnswers(ctx: Context, services: readonly RunningService[]): Promise<void> {
  const deadline = performance.now() + LIMITS.start
  const answers = async ({ name, url, process }: RunningService) => {
    while (!ctx.signal.aborted && process.end === undefined) {
      if ((await statusOf(`${url}/health`)) !== 0) return
      if (performance.now() > deadline) {
        ctx.err.line(`${name} does not answer at ${url} yet: does it listen on the port in PORT?`)
        return
      }
      await pause(60)
    }
  }
  await Promise.all(services.map(answers))
}
