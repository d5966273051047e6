import { changesSince, firstSign, METRICS, type MetricName } from '../state/baseline.ts'
import { usePageState } from '../state/page.ts'
import { EventButton } from '../story/Events.tsx'
import { count, span, visible } from '../ui/words.ts'

/** What one screen has room for; the student view shows all. */
const ROWS = 5

/** Was, now, and the difference, from the real numbers; and the first event that shows it. */
export function WhatChanged({ only }: { only?: readonly MetricName[] }) {
  const isPresenter = usePageState(({ url }) => url.view === 'presenter')
  const baseline = usePageState((state) => state.baseline)
  const world = usePageState((state) => state.world)
  const recent = usePageState((state) => state.recent)
  if (!baseline || !world)
    return (
      <section className="card changed" aria-label="What changed">
        <h2>What changed</h2>
        <p className="empty">Break something: what the numbers were, are, and by how much they moved, appears here.</p>
      </section>
    )
  const all = changesSince(baseline, world, only)
  const changes = isPresenter ? all.slice(0, ROWS) : all
  const peaks = changes.some(({ peak }) => peak !== null)
  const sign = firstSign(baseline, recent)
  return (
    <section className="card changed" aria-label="What changed">
      <h2>
        What changed
        {sign ? (
          <span className="first-sign">
            first in <EventButton dot={sign} time={false} />
          </span>
        ) : (
          <small className="since">since: {visible(baseline.label)}</small>
        )}
      </h2>
      {changes.length === 0 && <p className="empty">Nothing yet. Is there an order under way?</p>}
      {changes.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">number</th>
              <th scope="col">was</th>
              <th scope="col">now</th>
              <th scope="col">Δ</th>
              {peaks && <th scope="col">most</th>}
            </tr>
          </thead>
          <tbody>
            {changes.map(({ name, was, now, delta, peak }) => (
              <tr key={name}>
                <th scope="row">{METRICS[name].label}</th>
                <td>{say(name, was)}</td>
                <td>{say(name, now)}</td>
                <td className={delta ? 'moved' : ''}>
                  {delta === null ? '–' : `${delta > 0 ? '▲' : delta < 0 ? '▼' : ''} ${say(name, Math.abs(delta))}`}
                </td>
                {peaks && <td className={peak ? 'moved' : ''}>{peak === null ? '' : say(name, peak)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const say = (name: MetricName, value: number | null): string =>
  value === null ? '–' : METRICS[name].unit === 'ms' ? span(value) : count(value)
