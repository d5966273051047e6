import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { buildPage } from '../../cli/shop/dashboard/page.ts'
import { HEADERS } from '../../web/hub/http/headers.ts'

const HOME = path.resolve(import.meta.dirname, '..', '..')
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

const BUILD_MS = 60_000

/** Serves the built page under the hub's own headers, so that what its policy forbids fails here, too. */
export async function servePage(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const page = await buildPage(HOME, AbortSignal.timeout(BUILD_MS)).done
  if (page.state !== 'ready')
    throw new Error(`There is no page to test: ${page.state === 'missing' ? page.reason : page.state}`)
  const server = createServer((request, response) => {
    const name = path.normalize(new URL(request.url ?? '/', 'http://page').pathname)
    const file = path.join(page.dir, name === '/' ? 'index.html' : name)
    try {
      response
        .writeHead(200, { ...HEADERS, 'content-type': TYPES[path.extname(file)] ?? 'text/plain' })
        .end(readFileSync(file))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: () => new Promise((done) => server.close(() => done())),
  }
}
