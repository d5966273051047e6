import { z } from 'zod'
import { type Route, route } from '../../../kit/service/http/route.ts'
import type { SagaUseCases } from './application.ts'
import { stateOf, statusOf } from './machine.ts'
import { sagaStates } from './steps.ts'
import type { KeptSaga } from './storage.ts'

const status = z.enum(['RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION', 'COMPLETED', 'CANCELLED'])
const command = z.enum(['reserve', 'charge', 'ship', 'release', 'refund', 'unship'])
const saga = z.object({
  orderId: z.string(),
  status,
  state: z.enum(sagaStates).describe('How far it got'),
  path: z.array(z.enum(sagaStates)).describe('The states that it went through'),
  undo: z.array(command).describe('What has to be undone if it ends now, the latest last'),
  awaited: z
    .object({ command, tries: z.int(), deadline: z.string().nullable() })
    .nullable()
    .describe('The command whose answer is awaited, how often it was asked, and when it is asked again'),
  sequence: z.int().describe('Of the last command'),
  reason: z.string().nullable().describe('Why it is being cancelled'),
  attention: z.string().nullable().describe('Why a person has to look'),
  settledByHand: z.array(z.object({ command, reason: z.string() })),
  updatedAt: z.string(),
})

const show = ({ saga: one, dueAt, updatedAt }: KeptSaga): z.infer<typeof saga> => ({
  orderId: one.order.orderId,
  status: statusOf(one),
  state: stateOf(one),
  path: [...one.path],
  undo: [...one.undo],
  awaited: one.awaited && {
    command: one.awaited.command,
    tries: one.awaited.tries,
    deadline: dueAt === null ? null : new Date(dueAt).toISOString(),
  },
  sequence: one.sequence,
  reason: one.reason,
  attention: one.attention,
  settledByHand: [...one.settledByHand],
  updatedAt: new Date(updatedAt).toISOString(),
})

const params = z.object({ orderId: z.string().min(1).max(200) })
const headers = z.object({ traceparent: z.string().optional() })
const query = z.object({
  status: status.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(200).optional().describe('From the answer before'),
})
const notFound = { 404: { description: 'No saga leads this order' } }
const operated = {
  200: { description: 'The saga as it is now', schema: saga },
  409: { description: 'It goes on by itself, or has ended' },
  ...notFound,
}

const lookAround = ({ list, get }: SagaUseCases): Route[] => [
  route({
    method: 'get',
    path: '/api/sagas',
    summary: 'The orchestrated sagas, the latest first',
    needs: 'staff',
    query,
    responses: {
      200: { description: 'A page', schema: z.object({ sagas: z.array(saga), cursor: z.string().nullable() }) },
      400: { description: 'A parameter is wrong' },
    },
    handle: async ({ query: { status: wanted, limit, cursor } }) => {
      const sagas = (await list({ status: wanted, limit, before: cursor })).map(show)
      return { status: 200, body: { sagas, cursor: sagas.length === limit ? sagas.at(-1)!.orderId : null } }
    },
  }),
  route({
    method: 'get',
    path: '/api/sagas/:orderId',
    summary: 'How far the saga of an order is, what it awaits, and what it would have to undo',
    needs: 'staff',
    params,
    responses: { 200: { description: 'The saga', schema: saga }, ...notFound },
    handle: async ({ params: { orderId } }) => ({ status: 200, body: show(await get(orderId)) }),
  }),
]

const operate = ({ retry, abandon }: SagaUseCases): Route[] => [
  route({
    method: 'post',
    path: '/api/sagas/:orderId/retry',
    summary: 'Ask again: what kept the participant from answering is mended',
    needs: 'staff',
    params,
    headers,
    responses: operated,
    handle: async ({ params: { orderId }, headers: { traceparent } }) => ({
      status: 200,
      body: show(await retry(orderId, traceparent)),
    }),
  }),
  route({
    method: 'post',
    path: '/api/sagas/:orderId/abandon',
    summary: 'Give up: a step is undone like one that was done, a compensation counts as settled by hand',
    needs: 'staff',
    params,
    headers,
    body: z.object({ reason: z.string().trim().min(1).max(500).describe('Why, for those who ask later') }),
    responses: { ...operated, 400: { description: 'The reason is missing' } },
    handle: async ({ params: { orderId }, headers: { traceparent }, body: { reason } }) => ({
      status: 200,
      body: show(await abandon(orderId, reason, traceparent)),
    }),
  }),
]

export const createSagaRoutes = (useCases: SagaUseCases): Route[] => [...lookAround(useCases), ...operate(useCases)]
