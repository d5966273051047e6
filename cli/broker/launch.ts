import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { LabError } from '../command.ts'
import { untilReady } from './probe.ts'
import { findProcess, type ProcessRef } from './process.ts'
import { type BrokerPlace, LOG_SETTINGS, serverProperties } from './settings.ts'
import { type BrokerFiles, diskFull, type Jvm, jvmArguments, lastLines, makeRoom, prepareStorage } from './storage.ts'

/** Cold starts take two seconds on two cores; a machine under load, or a large data folder, may take much longer. */
const READY_MS = 90_000
const PORT_TRIES = 3
const MAIN_CLASS = 'kafka.Kafka'

/** A JVM that was just spawned. */
export interface Spawned {
  readonly process: ProcessRef
  readonly hasEnded: () => boolean
}

export interface Launch {
  readonly files: BrokerFiles
  readonly jvm: Jvm
  /** Which ports to take; asked again when another program was quicker. */
  choosePorts(): Promise<Pick<BrokerPlace, 'port' | 'controllerPort'>>
  spawn(program: string, args: readonly string[], place: BrokerPlace): Promise<Spawned>
  /** Called when a try ended badly, before the next one or the error. */
  abandon(spawned: Spawned): Promise<void>
  note(text: string): void
  /** Broker settings besides the lab's; of a setting that is in both, these hold. */
  readonly settings?: ((place: BrokerPlace) => string) | undefined
  readonly signal: AbortSignal
}

/** Formats what must be formatted, starts the JVM and resolves when the broker answers; every failure is one LabError. */
export async function launch(plan: Launch): Promise<{ readonly place: BrokerPlace; readonly spawned: Spawned }> {
  const { files, jvm } = plan
  const other = await brokerOn(files)
  if (other) throw dataInUse(files, other.pid)
  for (let tried = 1; ; tried++) {
    const place: BrokerPlace = { ...(await plan.choosePorts()), dataDir: files.data }
    await writeSettings(files, serverProperties(place) + (plan.settings?.(place) ?? ''))
    const clusterId = await prepareStorage(files, jvm)
    await writeFile(files.log, '')
    const program = [`-Djava.io.tmpdir=${files.tmp}`, MAIN_CLASS, files.properties]
    const spawned = await plan.spawn(jvm.program, [...jvmArguments(files, jvm), ...program], place)
    const isOver = () => spawned.hasEnded() || plan.signal.aborted
    const trouble = await untilReady(`127.0.0.1:${place.port}`, { clusterId, deadlineMs: READY_MS, isOver })
    if (!trouble && !spawned.hasEnded()) return { place, spawned }
    const log = await readFile(files.log, 'utf8').catch(() => '')
    await plan.abandon(spawned)
    plan.signal.throwIfAborted()
    if (!/Address already in use|BindException/.test(log) || tried >= PORT_TRIES)
      throw explain(files, log, trouble ?? 'it ended')
    plan.note('Another program took the port in the meantime; trying the next one.')
  }
}

/**
 * The JVM that works on these files. Kafka's own lock does not keep a second one away: that one reads and writes the metadata log
 * before it comes to the lock.
 */
export function brokerOn(files: BrokerFiles): Promise<ProcessRef | undefined> {
  return findProcess([MAIN_CLASS, files.properties])
}

async function writeSettings(files: BrokerFiles, settings: string): Promise<void> {
  try {
    await makeRoom(files.dir)
    await rm(files.tmp, { recursive: true, force: true })
    await mkdir(files.tmp)
    await writeFile(files.properties, settings)
    await writeFile(files.log4j, LOG_SETTINGS)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? diskFull(files.dir) : error
  }
}

/** What the JVM's last words mean. */
function explain(files: BrokerFiles, log: string, trouble: string): LabError {
  if (/No space left/.test(log)) return diskFull(files.dir)
  if (/OutOfMemory|insufficient memory|Cannot allocate memory/i.test(log)) {
    const message = 'There is not enough memory for the broker (it takes 400 MB).'
    return new LabError('no-memory', message, 'Close some programs and run this again.')
  }
  const message = `The broker did not start: ${trouble}.\n${lastLines(log, 8)}`
  return new LabError('broker-failed', message, `All it said is in ${files.log}.`)
}

function dataInUse(files: BrokerFiles, pid: number): LabError {
  return new LabError(
    'data-in-use',
    `A broker (pid ${pid}) works on ${files.data} already.`,
    `End it first: kill ${pid}`,
  )
}
