import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { newUserKey, sealPersonal, userKeyScope } from '../../../services/contracts/sealed.ts'

/** What the notification service sees of an identity service: tokens for clients, keys for tokens. */
export interface IdentityFixture {
  readonly url: string
  /** Makes a user with a key, and returns the personal fields sealed with it. */
  register(userId: string, personal: { name: string | null; email: string | null; phone: string | null }): object
  /** Deletes the key. */
  forget(userId: string): void
  /** Requests for keys that were answered with one. */
  readonly keysGiven: number
  /** While true, every request gets a 503. */
  down: boolean
  stop(): void
}

export const clientSecret = 'a secret of the test'

export const startIdentity = async (): Promise<IdentityFixture> => {
  const keys = new Map<string, Buffer | null>()
  let token = 'token-1'
  const state = { down: false, keysGiven: 0 }

  const giveToken = async (request: IncomingMessage): Promise<[number, object]> => {
    const form = new URLSearchParams(await text(request))
    const isRight = form.get('grant_type') === 'client_credentials' && form.get('client_secret') === clientSecret
    if (!isRight || form.get('scope') !== userKeyScope) return [401, { error: 'invalid_client' }]
    // Each new token ends the one before, so that a refused token is met, too.
    token = `token-${Number(token.slice(6)) + 1}`
    return [200, { access_token: token, token_type: 'Bearer', expires_in: 600 }]
  }
  const giveKey = (request: IncomingMessage): [number, object] => {
    if (request.headers.authorization !== `Bearer ${token}`) return [401, {}]
    const userId = decodeURIComponent(/^\/internal\/users\/([^/]+)\/key$/.exec(request.url ?? '')?.[1] ?? '')
    const key = keys.get(userId)
    if (key === undefined) return [404, {}]
    if (key === null) return [410, {}]
    state.keysGiven += 1
    return [200, { userId, keyId: `${userId}-1`, key: key.toString('base64') }]
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [status, body] = state.down
      ? [503, {}]
      : request.url === '/oauth/token'
        ? await giveToken(request)
        : giveKey(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const server: Server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    register: (userId, personal) => {
      const key = newUserKey()
      keys.set(userId, key)
      return sealPersonal(personal, { key, keyId: `${userId}-1`, userId })
    },
    forget: (userId) => void keys.set(userId, null),
    get keysGiven() {
      return state.keysGiven
    },
    get down() {
      return state.down
    },
    set down(on) {
      state.down = on
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
