import { z } from 'zod'
import { onlyOf } from '../../kit/service/http/caller.ts'
import { type Route, route } from '../../kit/service/http/route.ts'
import { orderData, shipmentData, shipmentStatuses } from '../contracts/schemas.ts'
import type { UseCases } from './application.ts'
import type { Shipment } from './domain.ts'
import { labelOf } from './label.ts'

const status = z.enum(shipmentStatuses)
/** A database has no such sign in its texts, so nothing is found by it. */
const text = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((given) => !given.includes('\0'), 'holds a NUL character')
const orderPath = z.object({ orderId: text(200) })
const traceHeader = z.object({ traceparent: z.string().optional() })
const listQuery = z.object({
  orderId: text(200).optional(),
  status: status.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: text(60).optional().describe('From the answer before'),
})
/** Years that every reader of the event can write and read. */
const isOfOurTime = (at: number): boolean => at >= Date.UTC(2000, 0) && at < Date.UTC(3000, 0)
const newsBody = z.strictObject({
  note: z.string().trim().min(1).max(500).describe('What changed, in words for the customer'),
  deliverBy: z.iso
    .datetime({ offset: true })
    .transform(Date.parse)
    .refine(isOfOurTime, 'expected a time between the years 2000 and 3000')
    .optional()
    .describe('A new time of delivery'),
})

const step = z.object({ status, at: z.string(), note: z.string().nullable() })
const shipment = shipmentData.extend({
  status: z.enum([...shipmentStatuses, 'BARRED']),
  reason: z.string().nullable(),
  deliverBy: z.string(),
  history: z.array(step),
})
/** What whoever holds a tracking number may know: nothing about the order or the person, and no note, for a note may be about either. */
const tracking = shipment.pick({ trackingNumber: true, carrier: true, status: true, deliverBy: true }).extend({
  history: z.array(step.omit({ note: true })),
})

const time = (at: number): string => new Date(at).toISOString()
const show = ({ changes: _changes, byHand: _byHand, deliverBy, history, ...rest }: Shipment) => ({
  ...rest,
  deliverBy: time(deliverBy),
  history: history.map((one) => ({ ...one, at: time(one.at) })),
})
const track = ({ trackingNumber, carrier, status: now, deliverBy, history }: Shipment) => ({
  trackingNumber,
  carrier,
  status: now,
  deliverBy: time(deliverBy),
  history: history
    .filter((one, i) => one.status !== history[i - 1]?.status)
    .map(({ status: was, at }) => ({ status: was, at: time(at) })),
})

const notFound = { 404: { description: 'This order has not come to shipping' } }

export const createRoutes = (useCases: UseCases): Route[] => [
  route({
    method: 'get',
    path: '/api/shipments',
    summary: 'List shipments, newest first',
    needs: 'staff',
    query: listQuery,
    responses: {
      200: { description: 'A page', schema: z.object({ shipments: z.array(shipment), cursor: z.string().nullable() }) },
      400: { description: 'A parameter is wrong' },
    },
    handle: async ({ query }) => {
      const page = await useCases.list(query)
      return { status: 200, body: { shipments: page.shipments.map(show), cursor: page.cursor } }
    },
  }),
  route({
    method: 'post',
    path: '/api/shipments',
    summary: 'Send a parcel by hand; the same again gives the same shipment',
    needs: 'staff',
    headers: traceHeader,
    body: orderData.omit({ saga: true }),
    responses: {
      200: { description: 'It was sent by hand before', schema: shipment },
      201: { description: 'Its status says whether the carrier took it', schema: shipment },
      400: { description: 'The body is no shipment; the answer names the field' },
      409: { description: 'The order has a shipment already, or was called back' },
    },
    handle: async ({ body, headers }) => {
      const { shipment: made, isNew } = await useCases.create(body, headers.traceparent)
      return { status: isNew ? 201 : 200, body: show(made) }
    },
  }),
  route({
    method: 'get',
    path: '/api/shipments/:orderId',
    summary: "An order's shipment and its way so far",
    params: orderPath,
    responses: { 200: { description: 'The shipment', schema: shipment }, ...notFound },
    handle: async ({ params, caller }) => ({
      status: 200,
      body: show(await useCases.get(params.orderId, onlyOf(caller))),
    }),
  }),
  route({
    method: 'post',
    path: '/api/shipments/:orderId/notes',
    summary: 'Tell the customer something about a parcel under way, maybe a new time of delivery',
    needs: 'staff',
    params: orderPath,
    headers: traceHeader,
    body: newsBody,
    responses: {
      200: { description: 'The shipment as it is now', schema: shipment },
      400: { description: 'The body has no note' },
      409: { description: 'The parcel is at its end' },
      ...notFound,
    },
    handle: async ({ params, body, headers }) => ({
      status: 200,
      body: show(await useCases.amend(params.orderId, body, headers.traceparent)),
    }),
  }),
  route({
    method: 'get',
    path: '/api/shipments/:orderId/label',
    summary: "The parcel's label with its bar code (Code 128), as SVG",
    params: orderPath,
    responses: {
      200: { description: 'The label, image/svg+xml' },
      409: { description: 'There is no parcel: it was refused or called back' },
      ...notFound,
    },
    handle: async ({ params, caller }) => {
      const { shipment: found, recipient } = await useCases.labelled(params.orderId, onlyOf(caller))
      return { status: 200, raw: { type: 'image/svg+xml', data: await labelOf(found, recipient) } }
    },
  }),
  route({
    method: 'get',
    path: '/api/tracking/:trackingNumber',
    summary: 'Where a parcel is, for whoever has its number',
    needs: 'anyone',
    params: z.object({ trackingNumber: text(60) }),
    responses: {
      200: { description: 'Its status and its way so far', schema: tracking },
      404: { description: 'There is no such parcel' },
    },
    handle: async ({ params }) => ({ status: 200, body: track(await useCases.track(params.trackingNumber)) }),
  }),
]
