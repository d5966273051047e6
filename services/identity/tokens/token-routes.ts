import { z } from 'zod'
import { type Reply, type Route, route } from '../../../kit/service/http/route.ts'
import type { Client, Clients } from './clients.ts'
import type { Issue } from './issue.ts'
import type { Keys } from './keys.ts'

export interface TokenRouteOptions {
  readonly keys: Keys
  readonly clients: Clients
  readonly issue: Issue
  readonly issuer: string
}

/** Fields that come twice are none: RFC 6749 forbids them. */
const field = z.string().max(2_000).optional()
const tokenRequest = z.object({ grant_type: field, scope: field, client_id: field, client_secret: field })
type TokenRequest = z.infer<typeof tokenRequest>

const noStore = { 'cache-control': 'no-store' }

/** Errors of this one door look as RFC 6749 has them, for the libraries that call it. */
const failed = (status: 400 | 401, error: string, description: string): Reply => ({
  status,
  body: { error, error_description: description },
  headers: { ...noStore, ...(status === 401 ? { 'www-authenticate': 'Basic realm="saga-lab"' } : {}) },
})

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}

/** Id and secret out of a Basic header, or else out of the form. */
const credentialsOf = (authorization: string | undefined, body: TokenRequest): readonly [string, string] => {
  const basic = /^Basic ([\w+/=-]{1,2000})$/i.exec(authorization ?? '')?.[1]
  if (basic === undefined) return [body.client_id ?? '', body.client_secret ?? '']
  const [id = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  return [decode(id), decode(secret.join(':'))]
}

const grantedOf = (wished: string | undefined, { scopes }: Client): readonly string[] | null => {
  const wish = wished?.split(' ').filter((word) => word !== '') ?? scopes
  return wish.every((scope) => scopes.includes(scope)) ? wish : null
}

const grant = async ({ clients, issue }: TokenRouteOptions, authorization: string | undefined, body: TokenRequest) => {
  const client = clients.authenticate(...credentialsOf(authorization, body))
  if (client === undefined) return failed(401, 'invalid_client', 'the client is unknown, or its secret is wrong')
  if (body.grant_type !== 'client_credentials')
    return failed(400, 'unsupported_grant_type', 'expected client_credentials')
  const scopes = grantedOf(body.scope, client)
  if (scopes === null) return failed(400, 'invalid_scope', 'this client may not have all of these scopes')
  const { clientId } = client
  const token = await issue({ sub: clientId, role: 'service', scopes, clientId })
  const { accessToken, tokenType, expiresIn } = token
  const answer = { access_token: accessToken, token_type: tokenType, expires_in: expiresIn, scope: scopes.join(' ') }
  return { status: 200, body: answer, headers: noStore }
}

const discovery = (issuer: string) => ({
  issuer,
  token_endpoint: `${issuer}/oauth/token`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  grant_types_supported: ['client_credentials'],
  response_types_supported: [],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
})

export const tokenRoutes = (options: TokenRouteOptions): Route[] => [
  route({
    method: 'post',
    path: '/oauth/token',
    summary: 'A token for a service (OAuth 2 client credentials)',
    needs: 'anyone',
    headers: z.object({ authorization: z.string().max(3_000).optional() }),
    body: tokenRequest,
    bodyType: 'form',
    responses: {
      200: {
        description: 'The token',
        schema: z.object({
          access_token: z.string(),
          token_type: z.literal('Bearer'),
          expires_in: z.int(),
          scope: z.string(),
        }),
      },
      400: { description: 'The request is not one that this door knows, or asks for scopes beyond the client' },
      401: { description: 'The client is unknown, or its secret is wrong' },
    },
    handle: ({ body, headers }) => grant(options, headers.authorization, body),
  }),
  route({
    method: 'get',
    path: '/.well-known/jwks.json',
    summary: 'The public keys that tokens are signed with',
    needs: 'anyone',
    responses: { 200: { description: 'A JWK set' } },
    handle: () => ({
      status: 200,
      body: { keys: options.keys.published() },
      headers: { 'cache-control': 'public, max-age=15' },
    }),
  }),
  route({
    method: 'get',
    path: '/.well-known/openid-configuration',
    summary: 'Where everything is',
    needs: 'anyone',
    responses: { 200: { description: 'As OpenID Connect Discovery has it' } },
    handle: () => ({ status: 200, body: discovery(options.issuer) }),
  }),
  route({
    method: 'post',
    path: '/admin/keys/rotate',
    summary:
      'Make the next signing key. It is published at once and signs a little later; one that is on its way is told again',
    needs: 'admin',
    responses: {
      202: { description: 'The key', schema: z.object({ kid: z.string(), signsFrom: z.iso.datetime() }) },
    },
    handle: async () => {
      const { kid, signsFrom } = await options.keys.rotate()
      return { status: 202, body: { kid, signsFrom: new Date(signsFrom).toISOString() } }
    },
  }),
]
