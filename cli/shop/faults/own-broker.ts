import { type ChildProcess, spawn } from 'node:child_process'
import type { LabBroker } from '../../broker/lab-broker.ts'
import { withLock } from '../../broker/lock.ts'
import { startOwn, stopOwn } from '../../broker/own.ts'
import { freeze, thaw } from '../../broker/process.ts'
import { labFiles, readRecord, runningJvm } from '../../broker/record.ts'
import { requireJvm } from '../../broker/throwaway.ts'
import { type Context, LabError } from '../../command.ts'
import type { BreakableBroker } from './breakable-shop.ts'

/** The lab's own broker as something that can be broken, or why it cannot. */
export const breakableBroker = (
  ctx: Context,
  { kind, brokers }: Pick<LabBroker, 'kind' | 'brokers'>,
): BreakableBroker | string => {
  switch (kind) {
    case 'external':
      return `KAFKA_BROKERS names this broker (${brokers}): its process is not the lab's to break.`
    case 'docker':
      return "The broker runs in Docker, out of the lab's reach: 'docker compose pause kafka' and 'unpause' freeze it by hand."
    case 'java':
      return ownBroker(ctx, brokers)
  }
}

const ownBroker = (ctx: Context, address: string): BreakableBroker => {
  const files = labFiles(ctx.stateDir)
  const jvm = async () => runningJvm(await readRecord(files))
  let guard: ChildProcess | undefined
  return {
    address,
    pid: async () => (await jvm())?.pid,
    freeze: async () => {
      const ref = await jvm()
      if (ref === undefined) throw new LabError('no-broker', 'The broker does not run.', "'lab up' starts it.")
      guard = thawWithoutUs(ref.pid)
      await freeze(ref)
    },
    thaw: async () => {
      const ref = await jvm()
      if (ref !== undefined) await thaw(ref)
      guard?.stdin?.end()
      guard = undefined
    },
    restart: () =>
      withLock(files.lock, { onWait: () => {}, signal: ctx.signal }, async () => {
        const reason = (await readRecord(files))?.reason ?? 'it was restarted'
        await stopOwn(files)
        await startOwn(ctx, files, await requireJvm(ctx.env, ctx.signal), reason)
      }),
  }
}

/** A shell that waits for a pipe to close, as it does however its writer dies, and lets the process go on then. */
const thawWithoutUs = (pid: number): ChildProcess => {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -CONT "$1"', 'thaw', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
  })
  shell.on('error', () => {})
  shell.stdin?.on('error', () => {})
  shell.unref()
  return shell
}
