import type { IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import type { z } from 'zod'
import { HubProblem } from './problem.ts'

/** Reads a JSON body of at most `most` bytes, counted while it is unpacked. Throws HubProblem 400 or 413. */
export async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  const source = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of source) {
      bytes += (chunk as Buffer).length
      if (bytes > most) throw new HubProblem(413, `The body is larger than ${most} bytes.`)
      chunks.push(chunk as Buffer)
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch (error) {
    if (error instanceof HubProblem) throw error
    throw new HubProblem(400, `The body is not JSON: ${(error as Error).message}`)
  }
}

/** Throws HubProblem 422 that names the fields. */
export function check<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const fields = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw new HubProblem(422, fields.join('; '))
}
