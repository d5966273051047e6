import type { ReplayOutcome } from '../../hub/protocol.ts'
import { Shape } from '../ui/Shape.tsx'
import { visible } from '../ui/words.ts'

const KIND = {
  handled: 'ok',
  'failed-again': 'failed',
  'duplicate-ignored': 'duplicate',
  published: 'pending',
} as const
const WORDS = {
  handled: 'handled',
  'failed-again': 'failed again',
  'duplicate-ignored': 'duplicate, ignored',
  published: 'published',
} as const

/** The newest first, as they come; `asked`: how many there will be. */
export function Outcomes({ outcomes, asked }: { outcomes: readonly ReplayOutcome[]; asked: number }) {
  return (
    <ol className="outcomes" aria-label="What became of the replayed letters" aria-live="polite">
      {asked > 1 && (
        <li>
          <b>
            {outcomes.length} of {asked}
          </b>
        </li>
      )}
      {outcomes.map(({ topic, partition, offset, outcome, words }) => (
        <li key={`${topic}/${partition}/${offset}`}>
          <Shape kind={KIND[outcome]} bare /> {WORDS[outcome]}: {visible(words)}
        </li>
      ))}
    </ol>
  )
}
