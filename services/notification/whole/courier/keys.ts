import { z } from 'zod'
import type { Keys, UserKey } from './contacts.ts'
import { askWithinMs, type ClientOptions, createServiceToken } from './service-token.ts'

/** A forgotten user's key is forgotten here, too, after so long. */
const keepMs = 60_000
const keepAtMost = 10_000
/** While identity does not answer, it is asked no more often than this. */
const restMs = 1_000

const answer = z.object({ key: z.base64() })

/** Users' keys as the identity service gives them out. They stay in memory, for a minute at most. */
export const createKeys = (options: ClientOptions): Keys => {
  const { identity, now } = options
  const token = createServiceToken(options)
  const known = new Map<string, { readonly key: Promise<UserKey>; readonly until: number }>()
  let away: { readonly error: Error; readonly until: number } | null = null

  /** Rejects where identity cannot be asked at all. */
  const ask = async (userId: string): Promise<Response> => {
    if (away !== null && now() < away.until) throw away.error
    try {
      const authorization = `Bearer ${await token.get()}`
      const url = new URL(`/internal/users/${encodeURIComponent(userId)}/key`, identity)
      const signal = AbortSignal.timeout(askWithinMs)
      return await fetch(url, { headers: { authorization }, redirect: 'error', signal })
    } catch (cause) {
      const error = new Error(`waits for identity: ${(cause as Error).message}`, { cause })
      away = { error, until: now() + restMs }
      throw error
    }
  }

  const read = async (response: Response): Promise<UserKey> => {
    if (response.status === 410) return { gone: 'the user is forgotten' }
    if (response.status === 404) return { gone: 'identity knows no such user' }
    if (!response.ok) throw new Error(`identity does not give the user's key: status ${response.status}`)
    const { key } = answer.parse(await response.json())
    return { key: Buffer.from(key, 'base64') }
  }

  /** A token that was good may have been taken back meanwhile. */
  const have = async (userId: string): Promise<UserKey> => {
    const first = await ask(userId)
    if (first.status !== 401) return read(first)
    token.drop()
    return read(await ask(userId))
  }

  return {
    of: (userId) => {
      const earlier = known.get(userId)
      if (earlier !== undefined && now() < earlier.until) return earlier.key
      if (known.size >= keepAtMost) known.clear()
      const key = have(userId)
      key.catch(() => known.delete(userId))
      known.set(userId, { key, until: now() + keepMs })
      return key
    },
    drop: (userId) => void known.delete(userId),
  }
}
