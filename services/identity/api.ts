import { z } from 'zod'
import type { Caller } from '../../kit/service/http/caller.ts'
import { Problem } from '../../kit/service/http/problem.ts'
import { type Route, route } from '../../kit/service/http/route.ts'
import { userData } from '../contracts/schemas.ts'
import { userKeyScope } from '../contracts/sealed.ts'
import type { Accounts } from './application.ts'
import type { User } from './domain.ts'
import { ending, page, profileChange, registration, roleChange, traceHeader, userPath } from './inputs.ts'

const user = z.object({
  userId: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  role: userData.shape.role,
  preferences: userData.shape.preferences,
  status: z.enum(['active', 'deactivated', 'forgotten']),
})

const show = ({ revision: _revision, ...shown }: User) => shown
const userAnswer = { 200: { description: 'The user', schema: user } }
const notFound = { 404: { description: 'There is no such user' }, 410: { description: 'The user is gone' } }

/** This service always asks for tokens; the door before the handler sees to it. */
const subOf = (caller: Caller | null): string => {
  if (caller === null) throw new Problem(401, 'authorization: a bearer token is needed')
  return caller.sub
}

const ownRoutes = (accounts: Accounts): Route[] => [
  route({
    method: 'post',
    path: '/auth/register',
    summary: 'Open an account. The answer does not tell whether the address has one already',
    needs: 'anyone',
    headers: traceHeader,
    body: registration,
    responses: {
      202: { description: 'Whoever has this address and this password can log in now' },
      400: { description: 'A field is missing or wrong; the answer names it' },
    },
    handle: async ({ body, headers }) => {
      await accounts.register(body, headers.traceparent)
      return { status: 202, body: { message: 'You can log in now, unless the address had an account before.' } }
    },
  }),
  route({
    method: 'get',
    path: '/auth/me',
    summary: 'Who am I, and what do I want?',
    responses: { ...userAnswer, ...notFound },
    handle: async ({ caller }) => ({ status: 200, body: show(await accounts.getActive(subOf(caller))) }),
  }),
  route({
    method: 'patch',
    path: '/auth/me',
    summary: 'Change my name, addresses or preferences; what is left out stays',
    headers: traceHeader,
    body: profileChange,
    responses: { ...userAnswer, ...notFound, 409: { description: 'Somebody else has the e-mail address' } },
    handle: async ({ body, headers, caller }) => ({
      status: 200,
      body: show(await accounts.change(subOf(caller), body, headers.traceparent)),
    }),
  }),
  route({
    method: 'post',
    path: '/auth/me/deactivate',
    summary: 'Close my account; with `forget` all that is personal goes too, in every copy of the events',
    headers: traceHeader,
    body: ending,
    responses: { ...userAnswer, ...notFound },
    handle: async ({ body, headers, caller }) => ({
      status: 200,
      body: show(await accounts.deactivate(subOf(caller), body.forget, headers.traceparent)),
    }),
  }),
]

const adminRoutes = (accounts: Accounts): Route[] => [
  route({
    method: 'get',
    path: '/auth/users',
    summary: 'All users, by userId',
    needs: 'admin',
    query: page,
    responses: { 200: { description: 'A page', schema: z.object({ users: z.array(user) }) } },
    handle: async ({ query }) => ({
      status: 200,
      body: { users: (await accounts.list(query.after, query.limit)).map(show) },
    }),
  }),
  route({
    method: 'put',
    path: '/auth/users/:userId/role',
    summary: 'Make somebody an administrator, or a customer again; their next token says so',
    needs: 'admin',
    params: userPath,
    headers: traceHeader,
    body: roleChange,
    responses: { ...userAnswer, ...notFound, 409: { description: 'It is your own role' } },
    handle: async ({ params, body, headers, caller }) => {
      if (params.userId === caller?.sub)
        throw new Problem(409, 'userId: nobody changes their own role, so that one administrator is always left')
      return { status: 200, body: show(await accounts.giveRole(params.userId, body.role, headers.traceparent)) }
    },
  }),
  route({
    method: 'post',
    path: '/auth/users/:userId/deactivate',
    summary: "Close somebody's account; with `forget` all that is personal goes too",
    needs: 'admin',
    params: userPath,
    headers: traceHeader,
    body: ending,
    responses: { ...userAnswer, ...notFound },
    handle: async ({ params, body, headers }) => ({
      status: 200,
      body: show(await accounts.deactivate(params.userId, body.forget, headers.traceparent)),
    }),
  }),
]

const internalRoutes = (accounts: Accounts): Route[] => [
  route({
    method: 'get',
    path: '/internal/users/:userId/key',
    summary: 'The key that opens the personal fields of a user in events, for services that write to them',
    needs: { scope: userKeyScope },
    params: userPath,
    responses: {
      200: {
        description: 'The key: 32 bytes in base64',
        schema: z.object({ userId: z.string(), keyId: z.string(), key: z.string() }),
      },
      404: { description: 'There never was such a user' },
      410: { description: 'The user is forgotten' },
    },
    handle: async ({ params: { userId } }) => ({
      status: 200,
      body: { userId, ...(await accounts.keyOf(userId)) },
      headers: { 'cache-control': 'no-store' },
    }),
  }),
]

export const createRoutes = (accounts: Accounts): Route[] => [
  ...ownRoutes(accounts),
  ...adminRoutes(accounts),
  ...internalRoutes(accounts),
]
