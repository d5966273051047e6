import type { RequestHandler } from 'express'
import { z } from 'zod'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Switchboard } from '../../kit/service/switches/switchboard.ts'

const settings = z.strictObject({
  /** What each request takes longer. */
  ms: z.int().min(1).max(60_000).default(500),
  /** So many are worked on together; the rest is sent away. */
  atOnce: z.int().min(1).max(100_000).default(20),
})

/** The failure toggle `gateway-overload`: a gateway with too little machine for its callers. */
export const createOverload = (board: Switchboard): RequestHandler => {
  const lever = board.add('gateway-overload', settings)
  let inside = 0
  return (_request, _response, next) => {
    if (lever.on === null) return next()
    lever.injected += 1
    if (inside >= lever.on.atOnce) {
      throw new Problem(503, 'The gateway is overloaded; nothing was done. Ask again.', [], { 'retry-after': '1' })
    }
    inside += 1
    setTimeout(() => {
      inside -= 1
      next()
    }, lever.on.ms)
  }
}
