import { useEffect, useRef, useState } from 'react'
import { usePageState } from '../state/page.ts'

/** Time to look at an order before a newer one takes its place, ms. */
const HOLD_MS = 4_000

/** The order that is followed: the one chosen, else the newest; a stream of them is shown one by one, each long enough to be read. */
export function useFollowed(): string | null {
  const chosen = usePageState(({ url }) => url.order)
  const newest = usePageState(({ world }) => [...(world?.sagas.values() ?? [])].at(-1)?.orderId ?? null)
  // Whoever steps through what was recorded sets the pace.
  const isLive = usePageState(({ mode }) => mode === 'live')
  const held = useHeld(newest, HOLD_MS)
  return chosen ?? (isLive ? held : newest)
}

/** The newest value, except that each one that is shown stays for `forMs`. Null gives way at once. */
function useHeld<T>(newest: T | null, forMs: number): T | null {
  const [held, setHeld] = useState(newest)
  const since = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    if (newest === held) return
    const show = (): void => {
      since.current = performance.now()
      setHeld(newest)
    }
    const rest = held === null || newest === null ? 0 : since.current + forMs - performance.now()
    if (rest <= 0) return show()
    const timer = setTimeout(show, rest)
    return () => clearTimeout(timer)
  }, [newest, held, forMs])
  return held
}
