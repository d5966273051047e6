import type { SeriesPoint } from '../../hub/protocol.ts'
import { usePageState, useWorld } from '../state/page.ts'
import { count, span } from '../ui/words.ts'
import { Chart, type Line } from './Chart.tsx'
import { worstLag } from './series.ts'

const NO_SERIES: readonly SeriesPoint[] = []

interface Tile {
  readonly title: string
  readonly value: string
  readonly lines: readonly Line[]
}

export function Numbers() {
  const numbers = usePageState(({ world }) => world?.numbers)
  const series = useWorld((world) => world.series, NO_SERIES)
  const outbox = useWorld((world) => world.services.reduce((sum, { outboxDepth }) => sum + (outboxDepth ?? 0), 0), 0)
  const lag = useWorld((world) => world.groups.reduce((sum, group) => sum + group.lag, 0), 0)
  if (!numbers) return <p className="empty">No numbers yet.</p>
  const line = (name: string, of: (point: SeriesPoint) => number | null): Line => ({ name, values: series.map(of) })
  const groups = worstLag(series)
  const tiles: readonly Tile[] = [
    {
      title: 'Orders a second',
      value: count(numbers.ordersPerS),
      lines: [line('orders/s', ({ ordersPerS }) => ordersPerS)],
    },
    {
      title: 'Critical time, p50 and p99',
      value: `${span(numbers.criticalP50Ms)} · ${span(numbers.criticalP99Ms)}`,
      lines: [
        line('p50 ms', ({ criticalP50Ms }) => criticalP50Ms),
        line('p99 ms', ({ criticalP99Ms }) => criticalP99Ms),
      ],
    },
    {
      title: 'Events waiting, by group',
      value: count(lag),
      lines: groups.map((group) => line(group, (point) => point.lag[group] ?? 0)),
    },
    { title: 'Outbox rows', value: count(outbox), lines: [line('rows', (point) => point.outbox)] },
    { title: 'Retries', value: count(numbers.retries), lines: [line('retries', ({ retries }) => retries)] },
    {
      title: 'Dead letters',
      value: count(numbers.deadLetters),
      lines: [line('dead letters', ({ deadLetters }) => deadLetters)],
    },
  ]
  return (
    <section className="card numbers" aria-label="Numbers">
      <div className="tiles">
        {tiles.map(({ title, value, lines }) => (
          <figure key={title}>
            <figcaption>{title}</figcaption>
            <strong>
              {value} <Trend values={lines.at(-1)?.values ?? []} />
            </strong>
            <Chart title={title} at={series.map(({ at }) => at)} lines={lines} />
          </figure>
        ))}
      </div>
      <SeriesTable tiles={tiles} />
    </section>
  )
}

const BACK = 5

/** Against five points earlier: a chart cannot be heard. */
function Trend({ values }: { values: readonly (number | null)[] }) {
  const now = values.at(-1) ?? 0
  const before = values.at(-1 - BACK) ?? now
  if (now === before) return null
  const rising = now > before
  return (
    <small>
      <span aria-hidden="true">{rising ? '▲' : '▼'}</span>
      <span className="unseen">{rising ? 'rising' : 'falling'}</span>
    </small>
  )
}

function SeriesTable({ tiles }: { tiles: readonly Tile[] }) {
  const lines = tiles.flatMap(({ lines }) => lines)
  return (
    <details>
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">number</th>
            <th scope="col">lowest</th>
            <th scope="col">highest</th>
            <th scope="col">now</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, values }) => {
            const known = values.filter((value) => value !== null)
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{known.length ? count(Math.min(...known)) : '–'}</td>
                <td>{known.length ? count(Math.max(...known)) : '–'}</td>
                <td>{known.length ? count(known.at(-1)!) : '–'}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </details>
  )
}
