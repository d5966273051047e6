import { usePage, usePageState, useWorld } from '../state/page.ts'
import type { Scene } from './scene.ts'

const NOBODY: Readonly<Record<string, number>> = {}
const LETTERS = 'ABCD'

/** Everybody predicts first; how the class voted shows from the moment that this page has voted. */
export function Vote({ scene, open }: { scene: Scene; open: boolean }) {
  const { actions } = usePage()
  const votes = useWorld((world) => world.votes, NOBODY)
  const own = usePageState(({ voted }) => voted[scene.id])
  const all = scene.choices.reduce((sum, _, index) => sum + (votes[index] ?? 0), 0)
  const shown = !open || own !== undefined
  return (
    <ol className="votes" aria-label={open ? 'What will happen?' : 'What happened'}>
      {scene.choices.map((choice, index) => {
        const share = all > 0 ? (votes[index] ?? 0) / all : 0
        const right = !open && index === scene.right
        return (
          <li key={choice} className={right ? 'right' : ''}>
            <button
              type="button"
              disabled={!open}
              aria-pressed={own === index}
              onClick={() => void actions.vote(scene.id, index)}
            >
              <i className="share" style={{ width: `${shown ? share * 100 : 0}%` }} aria-hidden="true" />
              <kbd>{LETTERS[index]}</kbd>
              <span>{choice}</span>
              {shown && all > 0 && <b>{votes[index] ?? 0}</b>}
              {right && <b className="verdict">✔ this is it</b>}
            </button>
          </li>
        )
      })}
    </ol>
  )
}
