import { setTimeout as sleep } from 'node:timers/promises'
import { StoreFault } from './store.ts'

export interface Patience {
  /** After this long the last fault is thrown. */
  readonly deadlineMs: number
  readonly firstMs: number
  readonly maxMs: number
}

/**
 * Runs `work` again while it fails with a retriable `busy` fault. Waits a random part of a doubling span between tries (full jitter), so that
 * rivals drift apart, and gives the event loop away meanwhile.
 */
export async function whileBusy<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  const started = performance.now()
  for (let span = patience.firstMs; ; span = Math.min(span * 2, patience.maxMs)) {
    try {
      return await work()
    } catch (error) {
      if (!isBusy(error) || performance.now() - started > patience.deadlineMs) throw error
      await sleep(Math.random() * span)
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof StoreFault && error.code === 'busy' && error.retriable
}
