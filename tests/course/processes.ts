/** Runs the programs of a workspace for the tests of the course. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { freePort } from '../../cli/shop/ports.ts'

export interface Outcome {
  readonly code: number | null
  /** Standard output and standard error, as they came. */
  readonly output: string
}

/** KAFKA_BROKERS as given to the tests; they refuse to guess one. */
export function brokers(): string {
  const address = process.env.KAFKA_BROKERS
  assert.ok(address, 'Set KAFKA_BROKERS to a Kafka that the tests may use, such as localhost:9092.')
  return address
}

function start(dir: string, [program, ...args]: readonly string[], env: Record<string, string>) {
  assert.ok(program)
  const path = program === 'node' ? process.execPath : program
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env
  const child = spawn(path, args, { cwd: dir, env: { ...rest, KAFKA_BROKERS: brokers(), ...env } })
  let output = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  child.stderr.on('data', (data) => {
    output += data
  })
  return { child, output: () => output }
}

/** Runs a command to its end, 60 seconds at most. */
export async function run(
  dir: string,
  command: readonly string[],
  input = '',
  env: Record<string, string> = {},
): Promise<Outcome> {
  const { child, output } = start(dir, command, env)
  const deadline = setTimeout(() => child.kill('SIGKILL'), 60_000)
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  await once(child, 'close')
  clearTimeout(deadline)
  return { code: child.exitCode, output: output() }
}

/** Starts a service of the workspace on a free port and resolves with its URL once it listens; it ends with the test. */
export async function serve(t: TestContext, dir: string, service: string): Promise<string> {
  const port = await freePort()
  const { child, output } = start(dir, ['node', `${service}/main.ts`], { PORT: String(port) })
  t.after(async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit')
  })
  while (!output().includes('listens on')) {
    assert.equal(child.exitCode, null, output())
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  }
  return `http://127.0.0.1:${port}`
}
