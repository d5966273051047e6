import { chmod, rm } from 'node:fs/promises'
import path from 'node:path'
import { startBroker } from '../../broker/throwaway.ts'
import { select } from '../../check/course.ts'
import { openAnswersOf } from '../../check/manual.ts'
import { runChecks } from '../../check/session.ts'
import { takeIn } from '../intake/intake.ts'
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts'
import type { Job, Message } from './messages.ts'
import { warmUp } from './warm-up.ts'

/**
 * A process for each hand-in, so that nothing of one run can reach another and the end of the process is the end of all that it started. It
 * works on one job and tells what it finds; it ends early when whoever started it is gone.
 */
const stopped = new AbortController()
const tell = (message: Message): void => {
  if (process.connected) process.send?.(message)
}

process.once('disconnect', () => stopped.abort())
process.once('message', (job: Job) => void work(job))

async function work(job: Job): Promise<void> {
  try {
    await grade(job)
  } catch (error) {
    tell({ kind: 'fault', message: error instanceof Error ? error.message : String(error) })
  } finally {
    await rm(job.temp, { recursive: true, force: true, maxRetries: 3 }).catch(() => {})
    if (process.connected) process.disconnect?.()
  }
}

/**
 * A broker that serves one hand-in, for minutes, and is never started again: it need not be quick to notice that it died, nor keep many threads. The first entry in an index
 * costs a fault in a mapped file, a millisecond each for hundreds of partitions; logs as short as these are found without.
 */
const QUIET = `metadata.max.idle.interval.ms=0
broker.heartbeat.interval.ms=3000
broker.session.timeout.ms=18000
num.network.threads=1
num.io.threads=2
group.coordinator.threads=1
share.coordinator.threads=1
background.threads=2
log.cleaner.enable=false
log.index.interval.bytes=1048576
`

async function grade(job: Job): Promise<void> {
  // The sandbox may run as somebody else, who must get through to its own folder below.
  await chmod(job.temp, 0o711)
  const intake = await takeIn(job.source, path.join(job.temp, 'in'))
  tell({ kind: 'taken-in', taken: intake.taken, findings: intake.findings })
  if (!intake.taken) return tell({ kind: 'done', cut: false })
  // Before any program of the hand-in can put something else in the place of its files.
  tell({ kind: 'answers', answers: await openAnswersOf(intake.workspace) })
  const broker = await startBroker({
    dir: path.join(job.temp, 'kafka'),
    env: process.env,
    signal: stopped.signal,
    settings: () => QUIET,
  })
  let box: Sandbox | undefined
  try {
    const { tier, toolchains } = job
    const work = path.join(job.temp, 'box')
    const opening = openSandbox({ tier, submission: intake.workspace, work, brokers: [broker.brokers], toolchains })
    await Promise.all([warmUp(broker.brokers), opening.catch(() => {})])
    box = await opening
    await check(job, box, broker.brokers)
  } finally {
    await box?.close()
    await broker.kill9()
  }
}

async function check(job: Job, box: Sandbox, brokers: string): Promise<void> {
  const over = AbortSignal.timeout(job.wallMs)
  const signal = AbortSignal.any([over, stopped.signal])
  const cut = (): boolean => over.aborted && !stopped.signal.aborted
  try {
    await runChecks(await select(job.checks), {
      workspace: box.workspace,
      launcher: box.launcher,
      brokers: [brokers],
      isOwnBroker: true,
      seed: job.seed,
      signal,
      outer: process.env,
      evidence: job.evidence,
      onStart: (checks) => tell({ kind: 'at', checks: checks.map(({ id }) => id) }),
      // What comes to its end only because time is over is no verdict.
      onVerdict: (_, report) => signal.aborted || tell({ kind: 'verdict', report }),
    })
  } catch (error) {
    if (!cut()) throw error
  } finally {
    tell({ kind: 'incidents', incidents: box.incidents })
  }
  tell({ kind: 'done', cut: cut() })
}
