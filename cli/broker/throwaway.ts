import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../command.ts'
import { jvmOf, makeClassArchive } from './class-archive.ts'
import { fetchJars, findJars } from './jars.ts'
import { findJava, type Java } from './java.ts'
import { launch, type Spawned } from './launch.ts'
import { anyFreePort, freePortFrom } from './ports.ts'
import { freeze, processRef, signal, thaw } from './process.ts'
import { type BrokerPlace, jvmEnvironment, SHORT_LIVED } from './settings.ts'
import { brokerFiles, type Jvm } from './storage.ts'

export interface ThrowawayOptions {
  /** Data, settings and log go here; the caller deletes it. */
  readonly dir: string
  /** Default: one that the system picks; kept over restarts. */
  readonly port?: number
  /** Broker settings besides the lab's, as lines of `server.properties`; of a setting that is in both, these hold. */
  readonly settings?: (place: BrokerPlace) => string
  readonly env?: Readonly<NodeJS.ProcessEnv>
  readonly signal?: AbortSignal
  /** Default: the one that is found. */
  readonly jvm?: Jvm
  /** Minutes under load, as in a benchmark: it runs as the lab's own broker does. Default: it starts quicker and costs more an event. */
  readonly longLived?: boolean
  /** How long `stop` waits for an orderly end. Default: five seconds. */
  readonly stopMs?: number
}

/** A broker that the caller owns: it ends with its owner's process, however that ends. */
export interface ThrowawayBroker {
  /** host:port, what KAFKA_BROKERS takes. */
  readonly brokers: string
  readonly port: number
  /** Of the JVM at the moment. */
  pid(): number
  /** SIGTERM; SIGKILL after `stopMs`. */
  stop(): Promise<void>
  /** As a power cut would end it. */
  kill9(): Promise<void>
  /** Ends it if it runs, and starts it on the same data and port. Resolves when it answers. */
  restart(): Promise<void>
  /** Stops its time: connections stay open, nothing answers. Resolves when it stands. */
  freeze(): Promise<void>
  thaw(): Promise<void>
}

const STOP_MS = 5_000
/** Fifty megabytes are written at the end. */
const ARCHIVE_MS = 60_000

/** Needs Java and the jars (KAFKA_HOME or the cache; fetched if they are not there). Resolves when the broker answers. */
export async function startBroker(options: ThrowawayOptions): Promise<ThrowawayBroker> {
  const { env = process.env, signal: stopped = new AbortController().signal } = options
  const files = brokerFiles(options.dir)
  const found = options.jvm ?? (await requireJvm(env, stopped))
  const jvm = options.longLived ? found : { ...found, options: [...(found.options ?? []), ...SHORT_LIVED] }
  const end = (spawned: Spawned) => endIn(spawned, options.stopMs ?? STOP_MS)
  const start = async (wanted: number | undefined) => {
    const { spawned, place } = await launch({
      files,
      jvm,
      // What the system gave may be another's by the time that the JVM asks for it: then the next try has a new one.
      choosePorts: async () => {
        const port = wanted ?? (await anyFreePort())
        return { port, controllerPort: await freePortFrom(20_000 + (port % 10_000), [port]) }
      },
      spawn: (program, args) => spawnOwned(program, args, files.log),
      abandon: end,
      note: () => undefined,
      settings: options.settings,
      signal: stopped,
    })
    return { owned: spawned as Owned, port: place.port }
  }
  const { port, owned } = await start(options.port)
  let current = owned
  const end9 = async () => {
    await signal(current.process, 'SIGKILL')
    await current.ended
  }
  return {
    brokers: `127.0.0.1:${port}`,
    port,
    pid: () => current.process.pid,
    stop: () => end(current),
    kill9: end9,
    restart: async () => {
      await end(current)
      current = (await start(port)).owned
    },
    freeze: () => freeze(current.process),
    thaw: () => thaw(current.process),
  }
}

/** Java and jars for a broker of our own, or an error that says which is missing. */
export async function requireJvm(env: Readonly<NodeJS.ProcessEnv>, stopped: AbortSignal): Promise<Jvm> {
  const { java, jars } = await requireParts(env, stopped)
  return jvmOf(java, jars, env)
}

/** For whoever is about to start many brokers: from now on each starts in half the time. Takes about five seconds, once on a machine. */
export async function prepareManyBrokers(env: Readonly<NodeJS.ProcessEnv>, stopped: AbortSignal): Promise<void> {
  const { java, jars } = await requireParts(env, stopped)
  await makeClassArchive(java, jars, env, async (dir, jvm) => {
    const broker = await startBroker({ dir, env, signal: stopped, jvm, stopMs: ARCHIVE_MS })
    await broker.stop()
  })
}

async function requireParts(
  env: Readonly<NodeJS.ProcessEnv>,
  stopped: AbortSignal,
): Promise<{ java: Java; jars: string }> {
  const { java, why } = { why: '', ...(await findJava(env)) }
  if (!java) {
    throw new LabError(
      'no-java',
      `A broker of one's own needs Java 17 or newer: ${why}.`,
      "'lab doctor --fix' installs it on Debian and Ubuntu.",
    )
  }
  return { java, jars: findJars(env) ?? (await fetchJars(env, stopped)) }
}

interface Owned extends Spawned {
  readonly ended: Promise<unknown>
}

/**
 * The shell between us and the JVM holds the other end of a pipe: when we are gone, even by SIGKILL, the pipe closes and it kills the
 * JVM. A session of its own, so that a Ctrl-C reaches us alone and we decide when the broker goes.
 */
const GUARD = `exec 4<&0
"$@" </dev/null >&3 2>&3 4<&- &
jvm=$!
echo $jvm
(cat <&4 >/dev/null; kill -9 $jvm 2>/dev/null) >/dev/null 2>&1 &
exec 4<&-
wait $jvm`

async function spawnOwned(program: string, args: readonly string[], log: string): Promise<Owned> {
  const guard = spawn('sh', ['-c', GUARD, 'broker', program, ...args], {
    stdio: ['pipe', 'pipe', 'ignore', openSync(log, 'a')],
    detached: true,
    env: jvmEnvironment(),
  })
  const ended = once(guard, 'exit').then(() => guard.stdin?.destroy())
  const [first] = (await once(guard.stdout!, 'data')) as [Buffer]
  const pid = Number(first.toString().trim())
  return {
    process: (await processRef(pid)) ?? { pid, started: 'ended' },
    hasEnded: () => guard.exitCode !== null,
    ended,
  }
}

async function endIn(spawned: Spawned, deadlineMs: number): Promise<void> {
  const { process: jvm, ended } = spawned as Owned
  await signal(jvm, 'SIGTERM')
  const late = new AbortController()
  const inTime = await Promise.race([
    ended.then(() => true),
    delay(deadlineMs, false, { signal: late.signal }).catch(() => true),
  ])
  late.abort()
  if (!inTime) await signal(jvm, 'SIGKILL')
  await ended
}
