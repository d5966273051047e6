import type { SpanRow } from '../../hub/protocol.ts'
import { visible, span as words } from '../ui/words.ts'

const MOST = 40

/** Who worked when, from the services' own traces; everything in percent of the whole. */
export function Waterfall({ spans, most = MOST }: { spans: readonly SpanRow[]; most?: number }) {
  const all = [...spans].sort((a, b) => a.startMs - b.startMs)
  const rows = all.slice(0, most)
  const start = Math.min(...all.map(({ startMs }) => startMs))
  const whole = Math.max(1, ...all.map(({ startMs, durationMs }) => startMs + durationMs - start))
  return (
    <section className="waterfall" aria-label="Trace">
      <h3>
        Trace: {all.length} spans, {words(whole)} {rows.length < all.length && <small>the first {rows.length}</small>}
      </h3>
      <ol>
        {rows.map(({ spanId, service, name, startMs, durationMs, failed }) => (
          <li key={spanId} className={failed ? 'failed' : ''}>
            <span>
              {visible(service)}: {visible(name)}
            </span>
            <span className="track" aria-hidden="true">
              <i
                style={{
                  left: `${(100 * (startMs - start)) / whole}%`,
                  width: `${Math.max(0.6, (100 * durationMs) / whole)}%`,
                }}
              />
            </span>
            <span>
              {words(durationMs)}
              {failed && ', failed'}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
