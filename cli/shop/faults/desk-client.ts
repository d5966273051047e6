import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { type ExitCode, LabError } from '../../command.ts'
import type { DeskAddress } from './desk-file.ts'
import type { DeskRefusal } from './desk-server.ts'
import type { FaultDesk, FaultState } from './fault-desk.ts'

/** The desk of a shop that another program runs. Every method throws `no-shop` once that program is gone. */
export const remoteDesk = ({ url, token }: Pick<DeskAddress, 'url' | 'token'>): FaultDesk => {
  const closed = new AbortController()
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ask = async <T>(path: string, body?: object): Promise<T> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(url + path, { headers, signal: closed.signal, ...init }).catch(() => {
      throw gone()
    })
    const answer: unknown = await response.json()
    if (response.ok) return answer as T
    const { error } = answer as DeskRefusal
    throw new LabError(error.code, error.message, error.remedy, { exit: error.exit as ExitCode })
  }
  const follow = async (listener: (state: FaultState) => void, signal: AbortSignal): Promise<void> => {
    const { body } = await fetch(`${url}/changes`, { headers, signal })
    if (body === null) return
    for await (const line of createInterface({ input: Readable.fromWeb(body) })) listener(JSON.parse(line))
  }
  return {
    list: () => ask('/'),
    inject: (id, settings) => ask('/inject', { id, settings }),
    mend: async (id) => void (await ask('/mend', { id })),
    onChange: (listener) => {
      const stopped = new AbortController()
      // The shop that ends says nothing more; whoever asks next hears that it is gone.
      follow(listener, AbortSignal.any([stopped.signal, closed.signal])).catch(() => {})
      return () => stopped.abort()
    },
    close: async () => closed.abort(),
  }
}

export const gone = (): LabError =>
  new LabError(
    'no-shop',
    'No shop runs that could be broken.',
    "'lab demo' starts the reference shop, 'lab run' yours.",
  )
