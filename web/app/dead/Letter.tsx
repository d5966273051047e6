import { useState } from 'react'
import type { DeadLetterRow } from '../../hub/protocol.ts'
import { useControl, usePage } from '../state/page.ts'
import { useAsked } from '../story/use-asked.ts'
import { Raw } from '../ui/Raw.tsx'
import { visible } from '../ui/words.ts'
import { pretty, unreadable } from './value.ts'

/** One dead letter: why it died, what is wrong with it, and a copy to mend. */
export function Letter({
  row,
  busy,
  onReplay,
}: {
  row: DeadLetterRow
  busy: boolean
  onReplay: (edited?: string) => void
}) {
  const { source, actions } = usePage()
  const control = useControl()
  const { dot } = row
  const place = `${dot.topic}/${dot.partition}/${dot.offset}`
  const { value: passport, error } = useAsked(place, place, () => source().passport(dot))
  const [edited, setEdited] = useState<string | null>(null)
  const wrong = edited === null ? null : unreadable(edited)
  return (
    <div className="dead-letter">
      <Why row={row} />
      {error && <p className="problems">It cannot be read: {visible(error)}</p>}
      {passport && passport.problems.length > 0 && (
        <ul className="problems" aria-label="Not as the schema says">
          {passport.problems.map((problem) => (
            <li key={problem}>{visible(problem)}</li>
          ))}
        </ul>
      )}
      {passport && edited === null && <Raw text={pretty(passport.raw)} />}
      {edited !== null && (
        <label className="field">
          <span>A copy to mend; the letter itself stays as it is</span>
          <textarea value={edited} spellCheck={false} rows={8} onChange={(event) => setEdited(event.target.value)} />
        </label>
      )}
      {wrong && <p className="problems">{wrong}</p>}
      <p className="actions">
        {edited === null ? (
          <button type="button" disabled={!passport || !control} onClick={() => setEdited(pretty(passport?.raw ?? ''))}>
            Edit a copy
          </button>
        ) : (
          <button type="button" onClick={() => setEdited(null)}>
            Drop my changes
          </button>
        )}
        <button
          type="button"
          className="strong"
          disabled={!control || busy || wrong !== null}
          onClick={() => onReplay(edited ?? undefined)}
        >
          {edited === null ? 'Replay it' : 'Replay the copy'}
        </button>
        <button type="button" onClick={() => actions.openPassport(dot)}>
          Passport
        </button>
      </p>
    </div>
  )
}

function Why({ row }: { row: DeadLetterRow }) {
  const { error, attempts, group, originTopic, originPartition, originOffset } = row
  return (
    <>
      <p className="why">
        <b>{visible(error)}</b>
      </p>
      <p>
        {group && `${visible(group)} gave up`}
        {attempts !== null && (attempts === 0 ? ' at once' : ` after ${attempts} ${attempts === 1 ? 'try' : 'tries'}`)}
        {originTopic &&
          `; it came from ${visible(originTopic)}, partition ${originPartition}, offset ${visible(originOffset ?? '')}`}
        .
      </p>
    </>
  )
}
