import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { type Context, LabError } from '../command.ts'
import { whileWaiting } from '../terminal/progress.ts'
import { jvmOf } from './class-archive.ts'
import { DOCKER_PORT, dockerClean, dockerDown, dockerUp, findDocker, isDockerBrokerUp } from './docker.ts'
import { fetchJars, findJars, KAFKA_VERSION } from './jars.ts'
import { findJava } from './java.ts'
import { withLock } from './lock.ts'
import { findOwn, startOwn, stopOwn } from './own.ts'
import { probe } from './probe.ts'
import { residentMb } from './process.ts'
import {
  type BrokerKind,
  type BrokerRecord,
  type LabFiles,
  labFiles,
  readRecord,
  runningJvm,
  writeRecord,
} from './record.ts'

/** What `lab up` and everything that needs a broker get. */
export interface LabBroker {
  readonly kind: BrokerKind
  /** host:port, comma separated. */
  readonly brokers: string
  /** Which kind was taken and why. */
  readonly reason: string
  /** False: it was there already. */
  readonly started: boolean
}

export interface BrokerStatus {
  readonly kind: BrokerKind | null
  readonly running: boolean
  readonly brokers: string | null
  readonly pid: number | null
  readonly port: number | null
  readonly reason: string
  readonly dataDir: string | null
  readonly rssMb?: number
}

/**
 * The lab's broker, started if it does not run: KAFKA_BROKERS, else Docker, else Java. Two at once get the same one.
 * Rejects with a LabError that names the ways out.
 */
export async function ensureBroker(ctx: Context): Promise<LabBroker> {
  const given = ctx.env.KAFKA_BROKERS
  if (given) return external(given)
  const files = await openFiles(ctx)
  return underLock(ctx, files, async () => {
    const running = await findOwn(files)
    if (running) return { ...pick(running), started: false }
    const docker = await findDocker(ctx.env)
    return docker.found ? startDocker(ctx, files) : startJava(ctx, files, docker.why)
  })
}

/** Stops what the lab itself started; `null` when nothing of the lab's ran. */
export async function stopBroker(ctx: Context): Promise<BrokerKind | null> {
  const files = await openFiles(ctx)
  return underLock(ctx, files, async () => {
    const record = await readRecord(files)
    if (record?.kind === 'docker' && (await isDockerBrokerUp(ctx))) {
      await dockerDown(ctx)
      return 'docker'
    }
    return (await stopOwn(files)) === 'was-down' ? null : 'java'
  })
}

export async function brokerStatus(ctx: Context): Promise<BrokerStatus> {
  const given = ctx.env.KAFKA_BROKERS
  if (given) {
    const running = (await firstAnswer(given)).kind !== 'silent'
    const port = Number(given.split(',')[0]?.split(':').at(-1)) || null
    return { kind: 'external', running, brokers: given, pid: null, port, reason: 'KAFKA_BROKERS is set', dataDir: null }
  }
  const files = labFiles(ctx.stateDir)
  const record = await readRecord(files)
  if (!record)
    return { kind: null, running: false, brokers: null, pid: null, port: null, reason: 'never started', dataDir: null }
  const jvm = await runningJvm(record)
  const running = (jvm !== undefined || record.kind === 'docker') && (await probe(record.brokers)).kind === 'ready'
  const rssMb = jvm && (await residentMb(jvm.pid))
  return {
    kind: record.kind,
    running,
    brokers: record.brokers,
    pid: jvm?.pid ?? null,
    port: record.port,
    reason: jvm && !running ? `${record.reason}; its process runs, but does not answer` : record.reason,
    dataDir: record.kind === 'java' ? files.broker.data : null,
    ...(rssMb === undefined ? {} : { rssMb }),
  }
}

/** Deletes the lab's state, and with Docker the volumes. The broker must be down. */
export async function deleteState(ctx: Context): Promise<void> {
  const record = await readRecord(labFiles(ctx.stateDir))
  if (await runningJvm(record)) throw new Error('the broker still runs')
  if (record?.kind === 'docker') await dockerClean(ctx)
  await rm(ctx.stateDir, { recursive: true, force: true })
}

async function external(given: string): Promise<LabBroker> {
  const answer = await firstAnswer(given)
  if (answer.kind === 'silent') {
    throw new LabError(
      'broker-silent',
      `KAFKA_BROKERS is ${given}, but no broker answers there: ${answer.why}.`,
      'Start that broker, correct KAFKA_BROKERS (host:port, comma separated), or unset it to let the lab start one.',
    )
  }
  return { kind: 'external', brokers: given, reason: 'KAFKA_BROKERS is set', started: false }
}

async function firstAnswer(brokers: string) {
  const all = await Promise.all(brokers.split(',').map((address) => probe(address.trim())))
  return all.find(({ kind }) => kind !== 'silent') ?? all[0] ?? { kind: 'silent' as const, why: 'it names no broker' }
}

async function startDocker(ctx: Context, files: LabFiles): Promise<LabBroker> {
  const reason = 'a Docker engine answers'
  const brokers = `localhost:${DOCKER_PORT}`
  const started = !(await isDockerBrokerUp(ctx))
  const up = async () => {
    await dockerUp(ctx)
    await writeRecord(files, { kind: 'docker', brokers, port: DOCKER_PORT, reason })
  }
  await whileWaiting(ctx, 'Starting Kafka in Docker', up())
  return { kind: 'docker', brokers, reason, started }
}

async function startJava(ctx: Context, files: LabFiles, noDocker: string): Promise<LabBroker> {
  const search = await findJava(ctx.env)
  if (!search.java) throw noWay(noDocker, search.why)
  const reason = `${noDocker}, and there is Java ${search.java.major}`
  const found = findJars(ctx.env)
  const fetching = () =>
    whileWaiting(ctx, `Fetching Apache Kafka ${KAFKA_VERSION} with Maven (44 MB, once)`, fetchJars(ctx.env, ctx.signal))
  const jvm = jvmOf(search.java, found ?? (await fetching()), ctx.env)
  const record = await whileWaiting(ctx, 'Starting Kafka', startOwn(ctx, files, jvm, reason))
  return { ...pick(record), started: true }
}

function pick({ kind, brokers, reason }: BrokerRecord): Omit<LabBroker, 'started'> {
  return { kind, brokers, reason }
}

function noWay(noDocker: string, noJava: string): LabError {
  return new LabError(
    'no-broker',
    `There is no way to run Kafka here: KAFKA_BROKERS is not set, ${noDocker}, ${noJava}.`,
    [
      'One of these is enough:',
      '· start Docker (or Docker Desktop) and run this again;',
      "· install Java 17 or newer and Maven: on Debian and Ubuntu 'lab doctor --fix' does it (as root);",
      '· set KAFKA_BROKERS to a cluster that runs already: KAFKA_BROKERS=localhost:9092 lab up.',
    ].join('\n'),
  )
}

async function openFiles(ctx: Context): Promise<LabFiles> {
  await mkdir(path.resolve(ctx.stateDir), { recursive: true })
  return labFiles(ctx.stateDir)
}

function underLock<T>(ctx: Context, files: LabFiles, work: () => Promise<T>): Promise<T> {
  const onWait = (pid: number) =>
    ctx.err.line(`Another lab (pid ${pid}) is starting or stopping the broker; waiting for it …`)
  return withLock(files.lock, { onWait, signal: ctx.signal }, work)
}
