import { createHash, timingSafeEqual } from 'node:crypto'
import express, { type Request, type RequestHandler, Router } from 'express'
import { z } from 'zod'
import type { Switchboard } from '../switches/switchboard.ts'
import { invalid, Problem } from './problem.ts'

const wish = z.strictObject({
  settings: z.record(z.string(), z.unknown()).default({}),
  /** It mends itself after so many ms. */
  forMs: z.int().min(1).max(86_400_000).optional(),
})

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares an `Authorization: Bearer …` header with a secret in a time that tells nothing of either. */
export const bears = (token: string): ((authorization: string | undefined) => boolean) => {
  const expected = hash(`Bearer ${token}`)
  return (authorization) => timingSafeEqual(hash(authorization ?? ''), expected)
}

const isLocal = ({ socket: { remoteAddress = '' } }: Request): boolean =>
  remoteAddress === '::1' || /^(::ffff:)?127\./.test(remoteAddress)

const guard = (token: string): RequestHandler => {
  const mayEnter = bears(token)
  return (request, _response, next) => {
    if (!isLocal(request)) throw new Problem(403, 'Failure toggles are worked from the machine of the service alone.')
    if (!mayEnter(request.headers.authorization)) {
      throw new Problem(401, 'authorization: the bearer token of whoever started this service is needed')
    }
    next()
  }
}

/**
 * The door to a service's failure toggles: `GET /` lists them, `PUT /:id` with `{settings, forMs?}` switches one on, `DELETE /:id` off.
 * For callers on this machine that know the token.
 */
export const controlDoor = (token: string, board: Switchboard): RequestHandler => {
  const door = Router()
  door.use(guard(token))
  door.get('/', (_request, response) => void response.json({ pid: process.pid, faults: board.states() }))
  door.put('/:id', express.json({ limit: '16kb', type: () => true }), (request, response) => {
    const read = wish.safeParse(request.body ?? {})
    if (!read.success) throw invalid(read.error, 'body')
    response.json(board.set(String(request.params.id), read.data.settings, read.data.forMs))
  })
  door.delete('/:id', (request, response) => void response.json(board.mend(String(request.params.id))))
  return door
}
