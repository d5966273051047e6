import { count } from '../ui/words.ts'

const ROWS = 8

/** What piles up at a service: events that wait for it, as a pile that grows with each doubling, and rows that wait in its outbox. */
export function Pile({ lag, outbox, x, y }: { lag: number; outbox: number; x: number; y: number }) {
  if (lag <= 0 && outbox <= 0) return null
  return (
    <span className="pile" style={{ left: x, top: y }}>
      {lag > 0 && <Waiting lag={lag} />}
      {outbox > 0 && <span className="outbox">outbox {count(outbox)}</span>}
    </span>
  )
}

function Waiting({ lag }: { lag: number }) {
  const rows = Math.min(ROWS, Math.floor(Math.log2(lag)) + 1)
  return (
    <span className="waiting">
      <svg viewBox={`0 0 30 ${ROWS * 5}`} aria-hidden="true">
        <path d={bars(rows)} />
      </svg>
      <b>{count(lag)}</b> waiting
    </span>
  )
}

const bars = (rows: number): string =>
  Array.from({ length: rows }, (_, row) => `M${row % 2 ? 3 : 1} ${(ROWS - 1 - row) * 5 + 1}h26v3.4h-26z`).join('')
