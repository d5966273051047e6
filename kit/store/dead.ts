import type { Ledger, RecordOrigin } from './ledger.ts'
import { manyFor } from './many.ts'
import { statement } from './statement.ts'
import type { Store } from './store.ts'

export function dead(dialect: Store<unknown>['dialect']): Pick<Ledger, 'bury'> {
  const many = manyFor(dialect)
  const add = statement<RecordOrigin>(
    `insert into dead (consumer, at, topic, partition, "offset")
     select $1, $2, topic, partition, "offset" from ${many.rows('$3', { topic: 'text', partition: 'bigint', offset: 'text' })}
     where true on conflict do nothing returning topic, partition, "offset"`,
  )

  return {
    async bury(tx, consumer, origins, at) {
      if (origins.length === 0) return []
      const tuples = origins.map(({ topic, partition, offset }) => [topic, partition, offset])
      const { rows } = await tx.executeQuery(add(consumer, at, many.tuples(tuples)))
      return rows.map(({ topic, partition, offset }) => ({ topic, partition, offset }))
    },
  }
}
