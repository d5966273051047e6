import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import type { Context } from '../command.ts'
import { brokerOn, launch, type Spawned } from './launch.ts'
import { freePortFrom, holderOf, isPortFree } from './ports.ts'
import { probe } from './probe.ts'
import { endProcess, processRef } from './process.ts'
import { type BrokerRecord, forgetProcess, type LabFiles, readRecord, runningJvm, writeRecord } from './record.ts'
import { type BrokerPlace, jvmEnvironment } from './settings.ts'
import type { Jvm } from './storage.ts'

const FIRST_PORT = 9092
const FIRST_CONTROLLER_PORT = 9192
const STOP_MS = 10_000

/** The lab's own broker on this machine's Java. Call these under the lab's lock. */
export async function startOwn(ctx: Context, files: LabFiles, jvm: Jvm, reason: string): Promise<BrokerRecord> {
  const before = await readRecord(files)
  const wanted = before?.kind === 'java' ? before.port : FIRST_PORT
  // One that does not answer, or whose record was lost.
  const leftover = await brokerOn(files.broker)
  if (leftover) await endProcess(leftover, STOP_MS)
  const record = (place: BrokerPlace, process: BrokerRecord['process']): BrokerRecord => ({
    kind: 'java',
    brokers: `127.0.0.1:${place.port}`,
    port: place.port,
    reason,
    ...(process ? { process } : {}),
  })
  const { place, spawned } = await launch({
    files: files.broker,
    jvm,
    choosePorts: () => choosePorts(ctx, wanted),
    spawn: async (program, args, at) => {
      const started = await spawnDetached(program, args, files)
      await writeRecord(files, record(at, started.process))
      return started
    },
    abandon: async (started) => {
      await endProcess(started.process, STOP_MS)
      await forgetProcess(files)
    },
    note: (text) => ctx.err.line(text),
    signal: ctx.signal,
  })
  return record(place, spawned.process)
}

/** Undefined unless the JVM that is on record lives and answers as a broker. */
export async function findOwn(files: LabFiles): Promise<BrokerRecord | undefined> {
  const record = await readRecord(files)
  if (record?.kind !== 'java' || !(await runningJvm(record))) return undefined
  return (await probe(record.brokers)).kind === 'ready' ? record : undefined
}

export async function stopOwn(files: LabFiles): Promise<'ended' | 'killed' | 'was-down'> {
  const jvm = (await runningJvm(await readRecord(files))) ?? (await brokerOn(files.broker))
  const how = jvm ? await endProcess(jvm, STOP_MS) : 'was-down'
  await forgetProcess(files)
  return how
}

async function choosePorts(ctx: Context, wanted: number): Promise<Pick<BrokerPlace, 'port' | 'controllerPort'>> {
  const port = (await isPortFree(wanted)) ? wanted : await freePortFrom(FIRST_PORT)
  if (port !== wanted) {
    const holder = await holderOf(wanted)
    ctx.err.line(`Port ${wanted} is held by ${holder ?? 'another program'}; the broker takes ${port} instead.`)
  }
  return { port, controllerPort: await freePortFrom(FIRST_CONTROLLER_PORT, [port]) }
}

/** Lives on when we end: a session of its own, and nothing of ours open. */
async function spawnDetached(program: string, args: readonly string[], files: LabFiles): Promise<Spawned> {
  const log = openSync(files.broker.log, 'a')
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    detached: true,
    cwd: files.broker.dir,
    env: jvmEnvironment(),
  })
  await once(child, 'spawn')
  child.unref()
  const pid = child.pid ?? 0
  const process = (await processRef(pid)) ?? { pid, started: 'ended' }
  return { process, hasEnded: () => child.exitCode !== null || child.signalCode !== null }
}
