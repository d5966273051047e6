import { useState } from 'react'
import { usePage, usePageState } from '../state/page.ts'
import { span } from '../ui/words.ts'
import { JoinCard } from './Join.tsx'

export function TopBar() {
  const { actions } = usePage()
  const { view, theme, lanes } = usePageState(({ url }) => url)
  const me = usePageState((state) => state.me)
  const [joining, setJoining] = useState(false)
  const viewers = usePageState(({ world }) => world?.viewers ?? 0)
  return (
    <header className="top">
      <h1>Saga Lab</h1>
      <LiveChip />
      <HonestyChips />
      {viewers > 0 && <span className="chip">{viewers} watching</span>}
      {me?.role === 'viewer' && <span className="chip">you can watch and vote</span>}
      <nav aria-label="View">
        {me?.join && (
          <button type="button" onClick={() => setJoining(true)}>
            Join
          </button>
        )}
        <button type="button" className="of-map" aria-pressed={lanes} onClick={() => actions.go({ lanes: !lanes })}>
          Partitions
        </button>
        <button type="button" onClick={() => actions.go({ view: view === 'presenter' ? 'student' : 'presenter' })}>
          {view === 'presenter' ? 'Student view' : 'Presenter view'}
        </button>
        <button
          type="button"
          aria-pressed={theme === 'dark'}
          onClick={() => actions.go({ theme: theme === 'dark' ? 'light' : 'dark' })}
        >
          Dark
        </button>
        <button type="button" onClick={() => actions.help(true)}>
          Help <kbd>?</kbd>
        </button>
      </nav>
      {joining && me?.join && <JoinCard join={me.join} onClose={() => setJoining(false)} />}
    </header>
  )
}

const QUIET_MS = 3_000

function LiveChip() {
  const { actions } = usePage()
  const connection = usePageState((state) => state.connection)
  const mode = usePageState((state) => state.mode)
  const speed = usePageState((state) => state.speed)
  const recording = usePageState((state) => state.recording)
  const silent = usePageState(({ honesty }) => honesty.silentMs)
  if (recording)
    return <span className="chip solid">recording{mode === 'playing' ? ` · ${speedName(speed)}` : ' · paused'}</span>
  if (connection.state === 'refused') return <span className="chip bad">no entry: {connection.reason}</span>
  if (connection.state !== 'open') return <span className="chip bad">reconnecting …</span>
  if (mode === 'live')
    return (
      <span className={silent > QUIET_MS ? 'chip bad' : 'chip live'}>
        ● live{silent > QUIET_MS ? ` · silent for ${span(silent)}` : ''}
      </span>
    )
  return (
    <button type="button" className="chip solid" onClick={() => actions.time.live()}>
      {mode === 'paused' ? '❚❚ paused' : `▶ ${speedName(speed)}`} · back to live
    </button>
  )
}

export const speedName = (speed: number): string => (speed >= 1 ? '1×' : `1/${Math.round(1 / speed)}×`)

/** What the drawing leaves out, in words; nothing while it leaves nothing out. */
function HonestyChips() {
  const { perDot, dropped, behindMs } = usePageState(({ honesty }) => honesty)
  return (
    <>
      {perDot > 1 && (
        <span className="chip">
          1 dot = {perDot} messages · sampled {Math.round(100 / perDot)} %
        </span>
      )}
      {dropped > 0 && <span className="chip">this tab left out {dropped} drawings, 0 counts</span>}
      {behindMs > 500 && <span className="chip">drawn {span(behindMs)} later, one after the other</span>}
    </>
  )
}
