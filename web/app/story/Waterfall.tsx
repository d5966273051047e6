import type { SpanRow } from '../../hub/protocol.ts'
import { visible, span as words } from '../ui/words.ts'

const MOST = 40

/** Who worked when, from the services' own traces; everything in percent of the whole. */
export function Waterfall({ spans }: { spans: readonly SpanRow[] }) {
  const rows = [...spans].sort((a, b) => a.startMs - b.startMs).slice(0, MOST)
  const start = Math.min(...rows.map(({ startMs }) => startMs))
  const whole = Math.max(1, ...rows.map(({ startMs, durationMs }) => startMs + durationMs - start))
  return (
    <details className="waterfall">
      <summary>
        Trace: {spans.length} spans, {words(whole)}
      </summary>
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
    </details>
  )
}
