import type { FormEvent } from 'react'
import type { Me } from '../../hub/protocol.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { clock } from '../ui/words.ts'
import { TOKEN_KEY } from '../wire/token.ts'

/** How the class gets onto this page with their phones. */
export function JoinCard({ join, onClose }: { join: NonNullable<Me['join']>; onClose: () => void }) {
  return (
    <Dialog title="Watch and vote on your phone" onClose={onClose}>
      <div className="join">
        <img src={join.qr} alt={`QR code of ${join.url}`} />
        <p>
          or open <b>{join.url.replace(/#.*/, '')}</b>
        </p>
        <p className="code">{join.code}</p>
        <p>Open until {clock(join.until).slice(0, 5)} UTC.</p>
      </div>
    </Dialog>
  )
}

/** Without a token that the hub knows there is nothing to see; somebody in class has a code. */
export function JoinForm({ reason }: { reason: string }) {
  const join = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = new FormData(event.currentTarget).get('code')
    sessionStorage.setItem(TOKEN_KEY, String(code ?? '').trim())
    location.reload()
  }
  return (
    <section className="map join-form" aria-label="Join">
      <form className="form" onSubmit={join}>
        <p className="empty">{reason}</p>
        <label className="field">
          <span>Join code, as the presenter shows it</span>
          <input name="code" type="text" autoComplete="off" required maxLength={200} />
        </label>
        <p>The address that 'npm start' prints opens this page with everything on it.</p>
        <p className="actions">
          <button type="submit" className="strong">
            Join
          </button>
        </p>
      </form>
    </section>
  )
}
