import { z } from 'zod'
import { onlyOf } from '../../../kit/service/http/caller.ts'
import { Problem } from '../../../kit/service/http/problem.ts'
import { type Route, route } from '../../../kit/service/http/route.ts'
import { listQuery } from '../api.ts'
import type { Shown, WholeUseCases } from './application.ts'
import { statuses } from './tables.ts'

const channel = z.enum(['email', 'sms', 'push'])

const message = z.object({
  id: z.string(),
  orderId: z.string().nullable().describe('null: an alert to the administrator'),
  userId: z.string().nullable(),
  kind: z.string(),
  channel,
  status: z.enum(statuses).describe('WAITING until dueAt; SENT; FAILED: given up; DROPPED: not to be sent any more'),
  reason: z.string().nullable(),
  attempts: z.int(),
  dueAt: z.string(),
  title: z.string().nullable(),
  text: z.string().describe('As it reads to somebody without a name'),
  createdAt: z.string(),
  updatedAt: z.string(),
})

const wholeQuery = listQuery.extend({
  userId: z.string().min(1).max(200).optional(),
  channel: channel.optional(),
  status: z.enum(statuses).optional(),
})

const messagePath = z.object({ id: z.string().min(1).max(1_000) })
const notFound = { 404: { description: 'There is no such message' } }

/** A customer sees what went to that customer, and learns of nothing else, not even that it is there. */
const ownOf = (found: Shown | undefined, reader: string | undefined): Shown => {
  if (found !== undefined && (reader === undefined || found.userId === reader)) return found
  throw new Problem(404, 'id: there is no such message')
}

export const createWholeRoutes = (useCases: WholeUseCases): Route[] => [
  route({
    method: 'get',
    path: '/api/notifications',
    summary: 'The messages to customers and to the administrator, newest first',
    query: wholeQuery,
    responses: {
      200: { description: 'The messages', schema: z.object({ notifications: z.array(message) }) },
      400: { description: 'A parameter is wrong' },
    },
    handle: async ({ query, caller }) => {
      const userId = onlyOf(caller) ?? query.userId
      return { status: 200, body: { notifications: await useCases.find({ ...query, userId }) } }
    },
  }),
  route({
    method: 'get',
    path: '/api/notifications/:id',
    summary: 'One message, and what became of it',
    params: messagePath,
    responses: { 200: { description: 'The message', schema: message }, ...notFound },
    handle: async ({ params, caller }) => ({
      status: 200,
      body: ownOf(await useCases.get(params.id), onlyOf(caller)),
    }),
  }),
  route({
    method: 'post',
    path: '/api/notifications/:id/resend',
    summary: 'Send a message again that was sent, given up or dropped',
    needs: 'admin',
    params: messagePath,
    responses: {
      202: { description: 'It is due now, under the Message-ID that it had', schema: message },
      409: { description: 'It waits to be sent already' },
      ...notFound,
    },
    handle: async ({ params }) => ({ status: 202, body: await useCases.resend(params.id) }),
  }),
]
