import { useState } from 'react'
import type { DeadLetterRow, ReplayOutcome } from '../../hub/protocol.ts'
import { useControl, usePage, usePageState, useWorld } from '../state/page.ts'
import { textOf as keyOf } from '../state/place.ts'
import { useAsked } from '../story/use-asked.ts'
import { clock, shortId, visible } from '../ui/words.ts'
import { Letter } from './Letter.tsx'
import { Outcomes } from './Outcomes.tsx'

const PACES: readonly (readonly [label: string, perS: number | undefined])[] = [
  ['1 a second', 1],
  ['5 a second', 5],
  ['20 a second', 20],
  ['all at once', undefined],
]

export function DeadLetters() {
  const { source, actions } = usePage()
  const control = useControl()
  const total = useWorld((world) => world.numbers.deadLetters, 0)
  const [round, setRound] = useState(0)
  const { value, error } = useAsked('letters', `${total} ${round}`, () => source().deadLetters())
  const chosen = usePageState(({ url }) => url.letter)
  const [pace, setPace] = useState(0)
  const [outcomes, setOutcomes] = useState<readonly ReplayOutcome[]>([])
  const [asked, setAsked] = useState(0)
  const [busy, setBusy] = useState(false)
  const letters = value ?? []
  const letter = letters.find(({ dot }) => keyOf(dot) === chosen) ?? letters[0]
  const replay = async (rows: readonly DeadLetterRow[], editedValue?: string) => {
    setBusy(true)
    setOutcomes([])
    setAsked(rows.length)
    const perS = PACES[pace]?.[1]
    const places = rows.map(({ dot: { topic, partition, offset } }) => ({ topic, partition, offset }))
    const request = {
      letters: places,
      ...(editedValue === undefined ? {} : { editedValue }),
      ...(perS === undefined ? {} : { ratePerS: perS }),
    }
    await actions.replay(request, (outcome) => setOutcomes((before) => [outcome, ...before]))
    setBusy(false)
    setRound((before) => before + 1)
  }
  const waiting = letters.filter(({ replayed }) => !replayed)
  return (
    <section className="card dead" aria-label="Dead letters">
      <h2>
        Dead letters <small>{letters.length}</small>
        <Pace pace={pace} onChoose={setPace} />
        <button type="button" disabled={!control || busy || waiting.length === 0} onClick={() => void replay(waiting)}>
          Replay all {waiting.length}
        </button>
      </h2>
      {error && <p className="empty">{error}</p>}
      {value && letters.length === 0 && (
        <p className="empty">None. What a service cannot handle, after all its tries, comes to lie here.</p>
      )}
      {letters.length > 0 && (
        <div className="dead-room">
          <List letters={letters} chosen={letter} onChoose={(letter) => actions.go({ letter })} />
          {letter && (
            <Letter
              key={keyOf(letter.dot)}
              row={letter}
              busy={busy}
              onReplay={(edited) => void replay([letter], edited)}
            />
          )}
        </div>
      )}
      {asked > 0 && <Outcomes outcomes={outcomes} asked={asked} />}
    </section>
  )
}

interface ListParts {
  readonly letters: readonly DeadLetterRow[]
  readonly chosen: DeadLetterRow | undefined
  readonly onChoose: (key: string) => void
}

function List({ letters, chosen, onChoose }: ListParts) {
  return (
    <ol className="dead-list">
      {letters.map((row) => (
        <li key={keyOf(row.dot)}>
          <button type="button" aria-current={row === chosen} onClick={() => onChoose(keyOf(row.dot))}>
            <b>{visible(row.originTopic ?? row.dot.topic)}</b> {shortId(row.dot.orderId ?? row.dot.key)}
            <small>
              {visible(row.error).slice(0, 80)} · {row.replayed ? 'replayed' : clock(row.dot.at)}
            </small>
          </button>
        </li>
      ))}
    </ol>
  )
}

function Pace({ pace, onChoose }: { pace: number; onChoose: (pace: number) => void }) {
  return (
    <select value={pace} aria-label="How fast to replay" onChange={(event) => onChoose(Number(event.target.value))}>
      {PACES.map(([label], index) => (
        <option key={label} value={index}>
          {label}
        </option>
      ))}
    </select>
  )
}
