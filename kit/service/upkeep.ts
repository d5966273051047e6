import { setTimeout as pause } from 'node:timers/promises'
import type { TopicSpec } from '../kafka/bus.ts'
import type { Parts } from './parts.ts'

const longestPauseMs = 5_000

/** Creates missing topics, waiting for a Kafka that is not there yet. */
export const makeTopics = async (
  { bus, log }: Pick<Parts<unknown>, 'bus' | 'log'>,
  topics: readonly TopicSpec[],
  isStopped: () => boolean,
): Promise<void> => {
  for (let attempt = 0; !isStopped(); attempt++) {
    try {
      await bus.createTopics(topics)
      return
    } catch (error) {
      log.warn({ error: String(error), attempt }, 'Kafka does not answer yet; trying again')
      await pause(Math.min(longestPauseMs, 250 * 2 ** attempt))
    }
  }
}

const pruneEveryMs = 60_000
const keepSentMs = 3_600_000
const perPrune = 5_000

/** Keeps the bookkeeping tables from growing for ever. */
export const startPruning = ({
  ledger,
  settings,
  now,
  log,
}: Pick<Parts<unknown>, 'ledger' | 'settings' | 'now' | 'log'>): NodeJS.Timeout =>
  setInterval(() => {
    ledger
      .prune({ outbox: now() - keepSentMs, inbox: now() - settings.INBOX_DAYS * 86_400_000 }, perPrune)
      .catch((error) => log.warn({ error: String(error) }, 'pruning failed'))
  }, pruneEveryMs)
