import { fileURLToPath } from 'node:url'
import type { CrashPoint } from '../../../kit/service/faults.ts'

/** A bug that is put into the services as they are loaded: the text `from` of `file` becomes `to`. */
export interface Mutant {
  readonly name: string
  /** In words of the field: what is done wrong. */
  readonly says: string
  readonly changes: readonly { readonly file: string; readonly from: string; readonly to: string }[]
  /** Where every service is killed; the bugs that need no crash have none. */
  readonly points: readonly CrashPoint[]
  readonly poison?: boolean
}

export const mutants: readonly Mutant[] = [
  {
    name: 'mark-before-send',
    says: 'an outbox row is marked as sent before the broker has it',
    changes: [
      {
        file: 'kit/service/relay.ts',
        from: "faults.passing('relay.before-send')",
        to: "await ledger.markSent(rows.map(({ id }) => id), now()); faults.passing('relay.before-send')",
      },
    ],
    points: ['relay.before-send'],
  },
  {
    name: 'dual-write',
    says: 'events go to the outbox in a transaction of their own, behind that of the state',
    changes: [
      {
        file: 'kit/service/processor.ts',
        from: 'await ledger.enqueue(tx, owner, [...rows, ...dead], at)',
        to: '[...rows, ...dead]',
      },
      { file: 'kit/service/processor.ts', from: 'const outcome = await', to: 'let outcome = await' },
      {
        file: 'kit/service/processor.ts',
        from: 'options.onCommitted(outcome)',
        to: 'outcome = { ...outcome, outbox: await store.transaction((tx) => ledger.enqueue(tx, owner, outcome.outbox, now())) }; options.onCommitted(outcome)',
      },
    ],
    points: ['tx.after-commit/before-ack'],
  },
  {
    name: 'commit-first',
    says: 'offsets are committed before their records are applied',
    changes: [
      {
        file: 'kit/kafka/delivery.ts',
        from: 'await room.onRecords(',
        to: 'resolve(payload, commits); await commits?.flush(); await room.onRecords(',
      },
    ],
    points: ['consume.received', 'consume.before-apply', 'tx.before-commit'],
  },
  {
    name: 'forgets-the-outbox',
    says: 'after a crash nobody looks for what was left in the outbox',
    changes: [
      {
        file: 'kit/service/relay.ts',
        from: 'const rows = await ledger.unsent(owner, batchSize)',
        to: 'const rows: OutboxRow[] = []',
      },
    ],
    points: ['relay.before-send', 'tx.after-commit/before-ack'],
  },
  {
    name: 'no-compensation',
    says: 'nobody gives the money back',
    changes: [{ file: 'services/payment/domain.ts', from: "payment?.status !== 'PAID'", to: 'true' }],
    points: [],
  },
  {
    name: 'keeps-the-stock',
    says: 'a cancelled order keeps its units',
    changes: [{ file: 'services/inventory/domain.ts', from: "reservation.status !== 'RESERVED'", to: 'true' }],
    points: [],
  },
  {
    name: 'refund-twice',
    says: 'stock-failed and order-cancelled are both answered with a refund',
    changes: [{ file: 'services/payment/domain.ts', from: "payment?.status !== 'PAID'", to: 'payment === undefined' }],
    points: [],
  },
  {
    name: 'no-idempotency',
    says: 'a repeated Idempotency-Key makes a second order',
    changes: [
      {
        file: 'services/order/application.ts',
        from: 'key === undefined ? undefined : known.get(key)',
        to: 'undefined',
      },
    ],
    points: [],
  },
  {
    name: 'skips-poison',
    says: 'what cannot be read is passed over without a dead letter',
    changes: [{ file: 'kit/service/processor.ts', from: 'plan.unreadable.length === 0', to: 'true' }],
    points: [],
    poison: true,
  },
  {
    name: 'oversell',
    says: 'units are reserved that are not there',
    changes: [{ file: 'services/inventory/domain.ts', from: 'available < data.quantity', to: 'false' }],
    points: [],
  },
]

/** For a service's environment: it then runs with the bug. */
export const mutated = ({ changes }: Mutant): Record<string, string> => ({
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('./mutant-hook.ts', import.meta.url))}`,
  MUTANT: JSON.stringify(changes),
})
