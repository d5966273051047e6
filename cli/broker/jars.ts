import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { LabError } from '../command.ts'

export const KAFKA_VERSION = '4.3.1'

interface Library {
  readonly group: string
  readonly artifact: string
  readonly version: string
}

/** The broker's libraries and the one that lets it write a log, at versions that belong together. */
const BROKER: readonly Library[] = [
  { group: 'org.apache.kafka', artifact: 'kafka_2.13', version: KAFKA_VERSION },
  { group: 'org.apache.logging.log4j', artifact: 'log4j-slf4j-impl', version: '2.25.4' },
]

/** Kafka's own programs, such as `kafka-topics.sh`: the broker runs without them. */
const TOOLS: readonly Library[] = [{ group: 'org.apache.kafka', artifact: 'kafka-tools', version: KAFKA_VERSION }]

const pomOf = (libraries: readonly Library[]): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>lab.saga</groupId><artifactId>broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
${libraries.map(({ group, artifact, version }) => `    <dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`).join('\n')}
  </dependencies>
</project>
`
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** The user's cache folder as the platform has it, so that several copies of the kit share one download of 44 MB. */
export function cacheFolder(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform = process.platform): string {
  const home = env.HOME || os.homedir()
  if (env.XDG_CACHE_HOME) return path.join(env.XDG_CACHE_HOME, 'saga-lab')
  return platform === 'darwin'
    ? path.join(home, 'Library', 'Caches', 'saga-lab')
    : path.join(home, '.cache', 'saga-lab')
}

/** Where the jars are already: KAFKA_HOME/libs, or the cache. Undefined: they have to be fetched. */
export function findJars(env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const unpacked = env.KAFKA_HOME && path.join(env.KAFKA_HOME, 'libs')
  if (unpacked && holdsBroker(unpacked)) return unpacked
  const cached = jarFolder(env)
  return holdsBroker(cached) ? cached : undefined
}

/** Fetches the jars with Maven into a folder beside, and moves that into place when it is whole. */
export function fetchJars(env: Readonly<NodeJS.ProcessEnv>, signal: AbortSignal): Promise<string> {
  return fetchInto(jarFolder(env), { libraries: BROKER, isWhole: holdsBroker }, env, signal)
}

/** Where the jars of Kafka's own programs are: an unpacked Kafka has them; else they are fetched once. */
export async function toolJars(env: Readonly<NodeJS.ProcessEnv>, signal: AbortSignal): Promise<string> {
  const unpacked = env.KAFKA_HOME && path.join(env.KAFKA_HOME, 'libs')
  if (unpacked && existsSync(path.join(unpacked, `kafka-tools-${KAFKA_VERSION}.jar`))) return unpacked
  const folder = path.join(cacheFolder(env), `kafka-tools-${KAFKA_VERSION}`)
  if (existsSync(folder)) return folder
  return fetchInto(folder, { libraries: TOOLS, isWhole: existsSync }, env, signal)
}

async function fetchInto(
  folder: string,
  what: { readonly libraries: readonly Library[]; readonly isWhole: (folder: string) => boolean },
  env: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<string> {
  await mkdir(path.dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}-`)
  try {
    await writeFile(path.join(draft, 'pom.xml'), pomOf(what.libraries))
    await maven(draft, env, signal)
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (!what.isWhole(folder)) throw error
    })
    return folder
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

function jarFolder(env: Readonly<NodeJS.ProcessEnv>): string {
  return path.join(cacheFolder(env), `kafka-${KAFKA_VERSION}`)
}

function holdsBroker(folder: string): boolean {
  if (!existsSync(folder)) return false
  const jars = readdirSync(folder)
  return ['kafka_2.13-', 'kafka-server-', 'log4j-slf4j-impl-'].every((name) => jars.some((jar) => jar.startsWith(name)))
}

function maven(folder: string, env: Readonly<NodeJS.ProcessEnv>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', ['-q', '-B', COPY, `-DoutputDirectory=${folder}`], { cwd: folder, env, signal })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (said = (said + chunk).slice(-4_000)))
    child.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? noMaven() : error))
    child.once('close', (code) => (code === 0 ? resolve() : reject(mavenFailed(said))))
  })
}

function noMaven(): LabError {
  return new LabError(
    'no-maven',
    'Maven (mvn) was not found, and it is what fetches Apache Kafka.',
    `Install Maven, or unpack a Kafka ${KAFKA_VERSION} distribution and set KAFKA_HOME to its folder.`,
  )
}

function mavenFailed(said: string): LabError {
  const full = /No space left/.test(said)
  return new LabError(
    full ? 'disk-full' : 'fetch-failed',
    full
      ? 'The disk is full: Apache Kafka could not be fetched.'
      : `Maven could not fetch Apache Kafka ${KAFKA_VERSION}:\n${said.trim()}`,
    full
      ? 'Free 100 MB in your cache folder and run this again.'
      : `Check the network (a proxy or mirror goes into ~/.m2/settings.xml), or set KAFKA_HOME to an unpacked Kafka ${KAFKA_VERSION}.`,
  )
}
