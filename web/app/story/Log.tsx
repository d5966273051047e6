import { useEffect, useState } from 'react'
import { followed } from '../state/followed.ts'
import { usePage, usePageState } from '../state/page.ts'
import { shortId, visible } from '../ui/words.ts'

const EVERY_MS = 3_000

/** Says what happens to orders, at most one sentence in three seconds, so that a screen reader can finish it. */
export function Log() {
  const { store } = usePage()
  const [lines, setLines] = useState<readonly { readonly id: number; readonly words: string }[]>([])
  useEffect(() => {
    let told = ''
    let id = 0
    const timer = setInterval(() => {
      const saga = [...(store.getState().world?.sagas.values() ?? [])].at(-1)
      const words = saga ? `Order ${shortId(saga.orderId)}: ${visible(saga.sentence)}` : ''
      if (words === told || !words) return
      told = words
      id++
      setLines((before) => [...before, { id, words }].slice(-5))
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [store])
  return (
    <div role="log" aria-live="polite" aria-label="What happens" className="unseen">
      {lines.map(({ id, words }) => (
        <p key={id}>{words}</p>
      ))}
    </div>
  )
}

/** What was just done or failed, and else what became of the order that is followed. */
export function Caption() {
  const { actions } = usePage()
  const notice = usePageState((state) => state.notice)
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => actions.quiet(), notice.bad ? 15_000 : 6_000)
    return () => clearTimeout(timer)
  }, [notice, actions])
  const order = usePageState(followed)
  const saga = usePageState(({ world }) => (order ? world?.sagas.get(order) : undefined))
  if (notice)
    return (
      <p className={notice.bad ? 'caption bad' : 'caption'} role={notice.bad ? 'alert' : 'status'}>
        {visible(notice.words)}
        <button type="button" className="plain" aria-label="Hide this message" onClick={() => actions.quiet()}>
          ✕
        </button>
      </p>
    )
  return (
    <p className="caption">
      {saga ? `Order ${shortId(saga.orderId)}: ${visible(saga.sentence)}` : 'Place an order and watch it move.'}
    </p>
  )
}
