import { useRef } from 'react'
import { usePage, usePageState } from '../state/page.ts'
import { clock, span } from '../ui/words.ts'
import { SPEEDS } from './speeds.ts'

export function TimeBar() {
  const { actions, openFile } = usePage()
  const { time } = actions
  const mode = usePageState((state) => state.mode)
  const speed = usePageState((state) => state.speed)
  const recording = usePageState((state) => state.recording)
  const file = useRef<HTMLInputElement>(null)
  return (
    <section className="time" aria-label="Time">
      <button type="button" onClick={() => time.step(-1)} aria-label="One event back">
        ◀
      </button>
      <button
        type="button"
        onClick={() => time.toggle()}
        aria-label={mode === 'paused' ? 'Play what was recorded' : 'Pause'}
      >
        {mode === 'paused' ? '▶' : '❚❚'}
      </button>
      <button type="button" onClick={() => time.step(1)} aria-label="One event on">
        ▶❙
      </button>
      <select value={speed} onChange={(event) => time.play(Number(event.target.value))} aria-label="Speed">
        {SPEEDS.map((one) => (
          <option key={one} value={one}>
            {one === 1 ? '1×' : `1/${Math.round(1 / one)}×`}
          </option>
        ))}
      </select>
      <Scrub />
      <details className="menu">
        <summary>File</summary>
        <div>
          <button type="button" onClick={() => void actions.exportRecording()} disabled={recording}>
            Save the last 60 s
          </button>
          <button type="button" onClick={() => file.current?.click()}>
            Open a recording …
          </button>
        </div>
      </details>
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        aria-label="Recording file"
        hidden
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          if (chosen) void openFile(chosen)
          event.target.value = ''
        }}
      />
    </section>
  )
}

function Scrub() {
  const { actions } = usePage()
  const { from, to } = usePageState((state) => state.span)
  const at = usePageState((state) => state.at)
  const mode = usePageState((state) => state.mode)
  const words = mode === 'live' ? 'live' : `${clock(at)}, ${span(to - at)} before the end`
  return (
    <label className="scrub">
      <span className="unseen">Moment</span>
      <input
        type="range"
        min={0}
        max={Math.max(1, to - from)}
        value={mode === 'live' ? to - from : at - from}
        aria-valuetext={words}
        onChange={(event) => actions.time.seek(from + Number(event.target.value))}
      />
      <output>{mode === 'live' ? 'now' : `−${span(to - at)}`}</output>
    </label>
  )
}
