import type { Dot } from '../../hub/protocol.ts'
import { usePage, usePageState } from '../state/page.ts'
import { Shape } from '../ui/Shape.tsx'
import { clock, shortId, visible } from '../ui/words.ts'

/** The map's equal without motion: each event as a button that opens its passport. */
export function Events({ most = 30 }: { most?: number }) {
  const recent = usePageState((state) => state.recent)
  const paused = usePageState(({ mode }) => mode !== 'live')
  return (
    <section className="card events" aria-label="Events">
      <h2>Events {paused && <small>up to the moment shown</small>}</h2>
      {recent.length === 0 && <p className="empty">None yet.</p>}
      <ol>
        {recent.slice(0, most).map((dot) => (
          <li key={dot.seq}>
            <EventButton dot={dot} />
          </li>
        ))}
      </ol>
    </section>
  )
}

export function EventButton({ dot, time = true }: { dot: Dot; time?: boolean }) {
  const { actions } = usePage()
  return (
    <button type="button" className="event" onClick={() => actions.openPassport(dot)}>
      <Shape kind={dot.duplicate ? 'duplicate' : dot.kind} />
      <span className="event-type">{visible(dot.type).slice(0, 60)}</span>
      <span className="event-order">{shortId(dot.orderId)}</span>
      {time && <time>{clock(dot.seen)}</time>}
    </button>
  )
}
