import type { SagaStatus, SagaSummary } from '../../hub/protocol.ts'
import { usePage, usePageState, useWorld } from '../state/page.ts'
import { passes } from '../state/source.ts'
import { Shape } from '../ui/Shape.tsx'
import { count, shortId, span, visible } from '../ui/words.ts'
import type { SagaFilter } from '../wire/api.ts'
import { useAsked } from './use-asked.ts'

const KIND = {
  running: 'pending',
  compensating: 'compensating',
  confirmed: 'ok',
  cancelled: 'failed',
  stuck: 'pending',
} as const
const NAMES: Readonly<Record<SagaFilter, string>> = {
  all: 'all',
  running: 'under way',
  stuck: 'stuck',
  compensating: 'compensating',
  failed: 'cancelled',
  done: 'confirmed',
}
const NO_COUNTS: Readonly<Record<SagaStatus, number>> = {
  running: 0,
  compensating: 0,
  confirmed: 0,
  cancelled: 0,
  stuck: 0,
}
const NO_SAGAS: ReadonlyMap<string, SagaSummary> = new Map()

export function Sagas({ most }: { most: number }) {
  const { actions, source } = usePage()
  const { filter, order } = usePageState(({ url }) => url)
  const counts = useWorld((world) => world.numbers.sagas, NO_COUNTS)
  const live = useWorld((world) => world.sagas, NO_SAGAS)
  const total = Object.values(counts).reduce((a, b) => a + b, 0)
  const { value } = useAsked(filter, filter === 'all' ? null : `${filter} ${JSON.stringify(counts)}`, () =>
    source().sagas(filter),
  )
  const known = [...live.values()].reverse().filter((saga) => passes(saga, filter))
  // What was asked for may have moved on since, and the hub's filters are wider: what is known here is newer.
  const asked = (value ?? []).filter((saga) => !live.has(saga.orderId) && passes(saga, filter))
  const shown = (filter === 'all' ? known : [...known, ...asked]).slice(0, most)
  return (
    <section className="card sagas" aria-label="Orders">
      <h2>
        Orders <small>{count(total)}</small>
        <select
          value={filter}
          aria-label="Which orders"
          onChange={(event) => actions.go({ filter: event.target.value as SagaFilter })}
        >
          {(Object.keys(NAMES) as SagaFilter[]).map((one) => (
            <option key={one} value={one}>
              {NAMES[one]}
            </option>
          ))}
        </select>
      </h2>
      <ol>
        {shown.map((saga) => (
          <li key={saga.orderId}>
            <button type="button" aria-current={saga.orderId === order} onClick={() => actions.follow(saga.orderId)}>
              <Shape kind={KIND[saga.status]} />
              <b>{shortId(saga.orderId)}</b>
              <span className="sentence">{visible(saga.sentence)}</span>
              {saga.criticalMs !== null && <span className="took">{span(saga.criticalMs)}</span>}
            </button>
          </li>
        ))}
      </ol>
      {shown.length === 0 && (
        <p className="empty">{filter === 'all' ? 'No order yet.' : `None is ${NAMES[filter]}.`}</p>
      )}
    </section>
  )
}
