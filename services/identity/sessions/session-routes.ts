import { z } from 'zod'
import { type Reply, type Route, route } from '../../../kit/service/http/route.ts'
import { credentials, refresh } from '../inputs.ts'
import type { Login, Sessions } from './sessions.ts'

const login = z.object({
  accessToken: z.string(),
  refreshToken: z.string().describe('Good once: each refresh gives the next'),
  tokenType: z.literal('Bearer'),
  expiresIn: z.int().describe('Seconds until the access token ends'),
  userId: z.string(),
})

const tokens = (body: Login): Reply => ({ status: 200, body, headers: { 'cache-control': 'no-store' } })

export const sessionRoutes = (sessions: Sessions): Route[] => [
  route({
    method: 'post',
    path: '/auth/login',
    summary: 'Log in with e-mail and password',
    needs: 'anyone',
    body: credentials,
    responses: {
      200: { description: 'An access token, and a refresh token for the next one', schema: login },
      401: { description: 'There is no such address, the password is wrong, or the account is closed' },
      429: { description: 'Too many attempts with this address; Retry-After says how long to wait' },
    },
    handle: async ({ body }) => tokens(await sessions.logIn(body)),
  }),
  route({
    method: 'post',
    path: '/auth/refresh',
    summary: 'Exchange a refresh token for new tokens. One that is used a second time ends its session',
    needs: 'anyone',
    body: refresh,
    responses: {
      200: { description: 'New tokens', schema: login },
      401: { description: 'The token is unknown, used, or its session has ended' },
    },
    handle: async ({ body }) => tokens(await sessions.refresh(body.refreshToken)),
  }),
  route({
    method: 'post',
    path: '/auth/logout',
    summary: 'End the session of a refresh token; its access tokens end by themselves within minutes',
    needs: 'anyone',
    body: refresh,
    responses: { 204: { description: 'It has ended' } },
    handle: async ({ body }) => {
      await sessions.logOut(body.refreshToken)
      return { status: 204 }
    },
  }),
]
