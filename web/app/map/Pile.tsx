import { count } from '../ui/words.ts'

const ROWS = 8

/** Events that wait for a service: a pile that grows with each doubling, and their exact number. */
export function Pile({ lag, x, y }: { lag: number; x: number; y: number }) {
  if (lag <= 0) return null
  const rows = Math.min(ROWS, Math.floor(Math.log2(lag)) + 1)
  return (
    <span className="pile" style={{ left: x, top: y }}>
      <svg viewBox={`0 0 30 ${ROWS * 5}`} aria-hidden="true">
        <path d={bars(rows)} />
      </svg>
      <b>{count(lag)}</b> waiting
    </span>
  )
}

const bars = (rows: number): string =>
  Array.from({ length: rows }, (_, row) => `M${row % 2 ? 3 : 1} ${(ROWS - 1 - row) * 5 + 1}h26v3.4h-26z`).join('')
