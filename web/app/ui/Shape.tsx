import type { Kind } from '../../hub/protocol.ts'

const WORDS: Readonly<Record<Kind, string>> = {
  ok: 'ok',
  failed: 'failed',
  compensating: 'compensating',
  pending: 'pending',
  duplicate: 'duplicate',
}

/** The sign of a kind, as on the map; with its word for those who do not see it. */
export function Shape({ kind, bare = false }: { kind: Kind; bare?: boolean }) {
  return (
    <span className={`shape ${kind}`}>
      <svg viewBox="-12 -12 24 24" aria-hidden="true">
        {kind === 'failed' && <path d="M0-11 11 0 0 11-11 0Z" />}
        {kind === 'compensating' && <path d="M-11 0 9-10V10Z" />}
        {kind === 'ok' && <circle r="9" />}
        {kind === 'pending' && <circle r="7.5" className="hollow" />}
        {kind === 'duplicate' && (
          <>
            <circle r="9.5" className="hollow" />
            <circle r="4" />
          </>
        )}
      </svg>
      {!bare && <span className="unseen">{WORDS[kind]}</span>}
    </span>
  )
}
