import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What Kafka 4 asks for. */
export const OLDEST_JAVA = 17

export interface Java {
  readonly program: string
  readonly major: number
  /** All that it says of its version: another build says something else. */
  readonly version: string
}

/** `why` is for the reader: what was found, where, and what is wrong with it. */
export type JavaSearch = { readonly java: Java } | { readonly java?: never; readonly why: string }

/** JAVA_HOME goes before the PATH, unless it is too old and the PATH's is not. */
export async function findJava(env: Readonly<NodeJS.ProcessEnv>): Promise<JavaSearch> {
  const home = env.JAVA_HOME
  const reasons: string[] = []
  for (const [place, program] of [
    ...(home ? [['JAVA_HOME', path.join(home, 'bin', 'java')] as const] : []),
    ['PATH', 'java'] as const,
  ]) {
    if (place === 'JAVA_HOME' && !existsSync(program)) {
      reasons.push(`JAVA_HOME is ${home}, where there is no bin/java`)
      continue
    }
    const version = await versionOf(program, env)
    const found = /version "(?:1\.)?(\d+)/.exec(version)
    const major = found ? Number(found[1]) : undefined
    if (major !== undefined && major >= OLDEST_JAVA) return { java: { program, major, version } }
    reasons.push(
      major === undefined ? `no Java on the ${place}` : `the Java of ${place} is ${major}, ${OLDEST_JAVA} is needed`,
    )
  }
  return { why: reasons.join('; ') }
}

/** Java says it on stderr: `openjdk version "17.0.15" …`; before 9 it was `1.8.0`. */
async function versionOf(program: string, env: Readonly<NodeJS.ProcessEnv>): Promise<string> {
  return await run(program, ['-version'], { env, timeout: 10_000 }).then(
    ({ stderr }) => stderr,
    () => '',
  )
}
