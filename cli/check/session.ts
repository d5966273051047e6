import { createHash, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { withLock } from '../broker/lock.ts'
import type { Check } from './check.ts'
import type { Selected } from './course.ts'
import { brokerAnswers, drive, type EngineParts } from './engine.ts'
import { Evidence } from './evidence.ts'
import { requireNoShop } from './idle.ts'
import type { Launcher } from './launch.ts'
import { manualOf } from './manual.ts'
import { patientBus } from './patience.ts'
import { Reaper } from './reaper.ts'
import { type CheckReport, type Report, reportOf } from './report.ts'
import { Runner } from './runner.ts'
import { Starter } from './starter.ts'
import { Watchdog } from './watchdog.ts'

export interface SessionOptions {
  /** Here lab.json and docker-compose.yml are read; without a launcher the programs run here, too. */
  readonly workspace: string
  /** Runs the student's programs elsewhere, in a sandbox; default: in the workspace, with the rights of this process. */
  readonly launcher?: Launcher
  /** host:port of the brokers. */
  readonly brokers: readonly string[]
  /** See `RunnerParts.isOwnBroker`. */
  readonly isOwnBroker?: boolean
  /** Chooses ids and amounts; the same seed asks the same again. */
  readonly seed: number
  readonly signal: AbortSignal
  /** The environment from which PATH, HOME and LANG are taken. */
  readonly outer: Readonly<NodeJS.ProcessEnv>
  /** A folder for the histories. */
  readonly evidence?: string
  /** Told when another check is at work on the same broker, with its process id. */
  readonly onWait?: (pid: number) => void
  readonly onStart?: (checks: readonly Check[]) => void
  readonly onVerdict?: (check: Check, report: CheckReport) => void
}

/**
 * Runs the selected checks on a workspace, one session at a time on a broker (another waits). When it settles, however it does, nothing that it started is left. */
export function runChecks(selected: readonly Selected[], options: SessionOptions): Promise<Report> {
  const { brokers, signal, onWait = () => {} } = options
  const name = createHash('sha256')
    .update([...brokers].sort().join())
    .digest('hex')
    .slice(0, 16)
  const lock = join(tmpdir(), `saga-lab-check-${name}.lock`)
  return withLock(lock, { onWait, signal }, () => runAlone(selected, options))
}

async function runAlone(selected: readonly Selected[], options: SessionOptions): Promise<Report> {
  const began = performance.now()
  const run = randomBytes(6).toString('hex')
  const reaper = new Reaper(run)
  const { workspace, brokers, signal, outer, seed } = options
  const bus = patientBus(
    createBus({ brokers, clientId: 'lab-check', connectTimeoutMs: 2_000, requestTimeoutMs: 8_000, log: () => {} }),
  )
  const starter = new Starter({
    workspace,
    brokers: brokers.join(','),
    run,
    outer,
    reaper,
    watchdog: new Watchdog(),
    signal,
    ...(options.launcher === undefined ? {} : { launcher: options.launcher }),
  })
  let idle: Promise<void> | undefined
  try {
    const engine: Omit<EngineParts, 'patience'> = {
      bus,
      brokers,
      seed,
      starter,
      idle: () => (idle ??= requireNoShop(bus, brokers)),
    }
    const runner = new Runner({
      driver: {
        outcome: (scenario, { patience }) => drive(scenario, { ...engine, patience }),
        brokerAnswers: () => brokerAnswers(bus),
        checkInterrupt: () => starter.checkInterrupt(),
      },
      isOwnBroker: options.isOwnBroker ?? false,
      ...(options.evidence === undefined ? {} : { evidence: new Evidence(options.evidence) }),
      ...(options.onStart === undefined ? {} : { onStart: options.onStart }),
      ...(options.onVerdict === undefined ? {} : { onVerdict: options.onVerdict }),
    })
    const ran = await runner.run(selected)
    const parts = await Promise.all(
      ran.map(async (one) => {
        const manual = await manualOf(one.part, workspace)
        return manual === undefined ? one : { ...one, manual }
      }),
    )
    return reportOf(parts, Math.round((performance.now() - began) / 100) / 10)
  } finally {
    await Promise.all([bus.close().catch(() => {}), reaper.close()])
  }
}
