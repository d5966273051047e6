import type { Bundle } from '../../hub/protocol.ts'
import { usePage } from '../state/page.ts'

/** What the map keeps folded, each behind a button that unfolds it. */
export function Bundles({ bundles, open }: { bundles: readonly Bundle[]; open: string | undefined }) {
  const { actions } = usePage()
  if (bundles.length === 0) return null
  return (
    <nav className="bundles" aria-label="Also in this shop">
      {bundles.map((bundle) => {
        const isOpen = bundle.id === open
        return (
          <button
            key={bundle.id}
            type="button"
            aria-expanded={isOpen}
            title={[...bundle.services, ...bundle.topics].join(', ')}
            onClick={() => actions.go({ unfold: isOpen ? 'none' : bundle.id })}
          >
            {isOpen ? '−' : '+'} {bundle.title}
          </button>
        )
      })}
    </nav>
  )
}
