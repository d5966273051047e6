import { Counter, Gauge, type Registry } from 'prom-client'
import type { Way } from '../domain.ts'
import type { End } from './queue.ts'

/** What becomes of messages, by channel. */
export interface MessageMetrics {
  ended(ends: readonly End[]): void
}

const outcomeOf = ({ status, tried }: End): string => {
  if (status === 'WAITING') return tried ? 'retried' : 'postponed'
  return status.toLowerCase()
}

/** `waiting` is asked at each scrape. */
export const createMessageMetrics = (
  registry: Registry,
  waiting: () => Promise<readonly { way: Way; count: number }[]>,
): MessageMetrics => {
  const registers = [registry]
  const ended = new Counter({
    name: 'notification_messages_total',
    help: 'Messages by what became of them: sent, retried, postponed, failed (given up), dropped (not to be sent any more)',
    labelNames: ['channel', 'outcome'],
    registers,
  })
  new Gauge({
    name: 'notification_messages_waiting',
    help: 'Messages that are still to be sent',
    labelNames: ['channel'],
    registers,
    async collect() {
      this.reset()
      for (const { way, count } of await waiting()) this.set({ channel: way }, count)
    },
  })
  return {
    ended: (ends) => {
      for (const end of ends) ended.inc({ channel: end.message.way, outcome: outcomeOf(end) })
    },
  }
}
