import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findDocker } from '../broker/docker.ts'
import { cacheFolder, findJars, KAFKA_VERSION } from '../broker/jars.ts'
import { findJava, OLDEST_JAVA } from '../broker/java.ts'
import { probe } from '../broker/probe.ts'
import { bad, type Finding, good, note } from './finding.ts'

const run = promisify(execFile)
type Env = Readonly<NodeJS.ProcessEnv>

/** The three ways to a broker. None is needed by itself; the last finding says whether one of them is open. */
export async function lookAtKafkaWays(env: Env): Promise<Finding[]> {
  const [given, docker, java, maven] = await Promise.all([
    lookAtGiven(env),
    lookAtDocker(env),
    lookAtJava(env),
    lookAtMaven(env),
  ])
  const jars = lookAtJars(env)
  const isOpen = ({ state }: Finding) => state === 'good'
  const own = isOpen(java) && (isOpen(maven) || isOpen(jars))
  // A KAFKA_BROKERS that is set is taken, so it must work.
  const way = env.KAFKA_BROKERS ? isOpen(given) : isOpen(docker) || own
  const wanted = 'one of: KAFKA_BROKERS, Docker, Java with Maven'
  const verdict = way
    ? good('a way to Kafka', env.KAFKA_BROKERS ? 'KAFKA_BROKERS' : isOpen(docker) ? 'Docker' : 'Java', wanted)
    : bad(
        'a way to Kafka',
        'none',
        wanted,
        "start Docker, or 'lab doctor --fix' (Debian, Ubuntu), or install Java 17 and Maven",
      )
  return [given, docker, java, maven, jars, verdict]
}

async function lookAtGiven(env: Env): Promise<Finding> {
  const brokers = env.KAFKA_BROKERS
  const needed = 'host:port of a cluster of your own, if you have one'
  if (!brokers) return note('KAFKA_BROKERS', 'not set', needed, '')
  const answers = await Promise.all(brokers.split(',').map((address) => probe(address.trim())))
  if (answers.some(({ kind }) => kind !== 'silent')) return good('KAFKA_BROKERS', `${brokers} answers`, needed)
  const [first] = answers
  const why = first?.kind === 'silent' ? first.why : 'it names no broker'
  return bad('KAFKA_BROKERS', `${brokers}: ${why}`, needed, 'start that cluster, correct the address, or unset it')
}

async function lookAtDocker(env: Env): Promise<Finding> {
  const { found, why } = await findDocker(env)
  const needed = 'an engine and its compose plugin'
  return found ? good('Docker', why, needed) : note('Docker', why, needed, 'start or install it, unless you use Java')
}

async function lookAtJava(env: Env): Promise<Finding> {
  const { java, why } = { why: '', ...(await findJava(env)) }
  const needed = `${OLDEST_JAVA} or newer`
  if (java) return good('Java', `${java.major} (${java.program})`, needed)
  const remedy =
    process.platform === 'darwin' ? 'brew install openjdk@17 maven' : "'lab doctor --fix', or install a JRE 17"
  return note('Java', why, needed, `${remedy}, unless you use Docker`)
}

async function lookAtMaven(env: Env): Promise<Finding> {
  const needed = `any; fetches Kafka ${KAFKA_VERSION} once`
  try {
    const { stdout } = await run('mvn', ['-v'], { env, timeout: 15_000 })
    return good('Maven', /Apache Maven (\S+)/.exec(stdout)?.[1] ?? 'found', needed)
  } catch {
    return note(
      'Maven',
      'not found',
      needed,
      "'lab doctor --fix', or install it, or set KAFKA_HOME to an unpacked Kafka",
    )
  }
}

function lookAtJars(env: Env): Finding {
  const folder = findJars(env)
  const needed = '44 MB in the cache, or KAFKA_HOME'
  if (folder) return good(`Kafka ${KAFKA_VERSION}`, folder, needed)
  return note(
    `Kafka ${KAFKA_VERSION}`,
    'not fetched yet',
    needed,
    `the first 'lab up' fetches it into ${cacheFolder(env)}`,
  )
}
