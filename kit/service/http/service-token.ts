import { z } from 'zod'

export interface ClientOptions {
  /** Where identity answers, such as http://127.0.0.1:5005. */
  readonly identity: string
  readonly clientId: string
  /** Read anew for each token, so that it can be changed under way. */
  readonly secret: () => Promise<string>
  /** Asked for; none: all that the client may have. */
  readonly scope?: string
  /** Ms since 1970. */
  readonly now: () => number
}

/** An access token that says that this program asks, good for a while yet. Rejects where none is to be had. */
export interface ServiceToken {
  get(): Promise<string>
  /** It was refused: the next one is asked for anew. */
  drop(): void
}

const askWithinMs = 2_000
/** So long before its end a token is replaced; where that fails, it is used on until it could expire on its way. */
const replaceMs = 60_000
const onItsWayMs = 5_000

const answer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

/** By client credentials (RFC 6749, 4.4). One token for all who ask, until shortly before its end. */
export const createServiceToken = ({ identity, clientId, secret, scope, now }: ClientOptions): ServiceToken => {
  let current: { readonly token: string; readonly endsAt: number } | null = null
  let asking: Promise<string> | null = null

  const ask = async (): Promise<string> => {
    const body = { grant_type: 'client_credentials', client_id: clientId, client_secret: await secret() }
    const response = await fetch(new URL('/oauth/token', identity), {
      method: 'POST',
      body: new URLSearchParams(scope === undefined ? body : { ...body, scope }),
      redirect: 'error',
      signal: AbortSignal.timeout(askWithinMs),
    })
    if (!response.ok) throw new Error(`identity gives no token to client ${clientId}: status ${response.status}`)
    const { access_token: token, expires_in: seconds } = answer.parse(await response.json())
    current = { token, endsAt: now() + seconds * 1_000 }
    return token
  }

  return {
    get: async () => {
      if (current !== null && now() < current.endsAt - replaceMs) return current.token
      asking ??= ask().finally(() => {
        asking = null
      })
      return asking.catch((error: unknown) => {
        if (current !== null && now() < current.endsAt - onItsWayMs) return current.token
        throw error
      })
    },
    drop: () => {
      current = null
    },
  }
}
