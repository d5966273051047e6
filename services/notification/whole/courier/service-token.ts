import { z } from 'zod'
import { userKeyScope } from '../../../contracts/sealed.ts'

export interface ClientOptions {
  /** Where identity answers, such as http://127.0.0.1:5005. */
  readonly identity: string
  readonly clientId: string
  /** Read anew for each token, so that it can be changed under way. */
  readonly secret: () => string
  /** Ms since 1970. */
  readonly now: () => number
}

/** An access token that says that this service asks, good for a while yet. Rejects where none is to be had. */
export interface ServiceToken {
  get(): Promise<string>
  /** It was refused: the next one is asked for anew. */
  drop(): void
}

export const askWithinMs = 2_000
/** It must not expire on its way. */
const marginMs = 30_000

const answer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

/** By client credentials (RFC 6749, 4.4). */
export const createServiceToken = ({ identity, clientId, secret, now }: ClientOptions): ServiceToken => {
  let current: { readonly token: string; readonly until: number } | null = null
  let asking: Promise<string> | null = null

  const ask = async (): Promise<string> => {
    const response = await fetch(new URL('/oauth/token', identity), {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret(),
        scope: userKeyScope,
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(askWithinMs),
    })
    if (!response.ok) throw new Error(`identity gives no token to client ${clientId}: status ${response.status}`)
    const { access_token: token, expires_in: seconds } = answer.parse(await response.json())
    current = { token, until: now() + seconds * 1_000 - marginMs }
    return token
  }

  return {
    get: async () => {
      if (current !== null && now() < current.until) return current.token
      asking ??= ask().finally(() => {
        asking = null
      })
      return asking
    },
    drop: () => {
      current = null
    },
  }
}
