import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, test as base, chromium, expect, type Page } from '@playwright/test'
import { hubWithoutShop, tokenOf } from '../../web/hub/hub.fixture.ts'

/** A hub that counts what it lets through, and a page of somebody else's on the same machine, as a student's shop on another port would be. */
interface Ground {
  readonly port: number
  readonly token: string
  readonly placed: () => number
  readonly strangerUrl: string
}

const STRANGER = '<!doctype html><title>Win a prize</title><form id="f" method="post" enctype="text/plain"></form>'

const test = base.extend<{ ground: Ground; hostile: Browser }>({
  ground: async ({ browserName: _any }, use) => {
    const cleanings: (() => Promise<void>)[] = []
    let placed = 0
    const placeOrder = async () => {
      placed += 1
      return { status: 202, orderId: 'o-1' }
    }
    const hub = await hubWithoutShop({ after: (clean) => void cleanings.push(clean) }, { ports: { placeOrder } })
    const stranger = createServer((_, response) => response.setHeader('content-type', 'text/html').end(STRANGER))
    await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done))
    await use({
      port: hub.port,
      token: tokenOf(hub),
      placed: () => placed,
      strangerUrl: `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`,
    })
    stranger.close()
    for (const clean of cleanings) await clean()
  },
  /** In its world the name rebind.test has changed to this machine's own address. */
  hostile: async ({ launchOptions }, use) => {
    const args = [...(launchOptions.args ?? []), '--host-resolver-rules=MAP rebind.test 127.0.0.1']
    const browser = await chromium.launch({ ...launchOptions, args })
    await use(browser)
    await browser.close()
  },
})

interface Loot {
  /** What the page could read, by the way it tried. */
  readonly read: readonly string[]
  /** Sockets that opened. */
  readonly opened: readonly string[]
}

/** Runs inside the hostile page; `base` is the hub's address as that page knows it. */
async function plunder({ base, token }: { base: string; token: string }): Promise<Loot> {
  const read: string[] = []
  const opened: string[] = []
  const order = JSON.stringify({ productId: 201, quantity: 1, amount: 1 })
  const bearer = { authorization: `Bearer ${token}` }
  const json = { 'content-type': 'application/json' }
  const tries: Record<string, [path: string, init?: RequestInit]> = {
    'plain read': ['/api/me'],
    'read with the token': ['/api/me', { headers: bearer }],
    'blind read': ['/api/sagas', { mode: 'no-cors' }],
    ticket: ['/api/ticket', { method: 'POST', headers: { ...bearer, ...json }, body: '{}' }],
    'order as JSON': ['/api/orders', { method: 'POST', headers: { ...bearer, ...json }, body: order }],
    'order as text': ['/api/orders', { method: 'POST', mode: 'no-cors', body: order }],
    'order without a token': ['/api/orders', { method: 'POST', headers: json, body: order }],
    'mend all': ['/api/faults/all', { method: 'DELETE', headers: bearer }],
  }
  for (const [name, [path, init]] of Object.entries(tries)) {
    try {
      const response = await fetch(base + path, init)
      if (response.ok) read.push(`${name}: ${await response.text()}`)
    } catch {
      // The browser kept it from the page.
    }
  }
  const { sendBeacon } = navigator as unknown as { sendBeacon(url: string, body: string): boolean }
  sendBeacon.call(navigator, `${base}/api/orders`, order)
  for (const ticket of ['', token, 'guess']) {
    await new Promise<void>((done) => {
      const socket = new WebSocket(`${base.replace('http', 'ws')}/ws?ticket=${ticket}`)
      socket.onopen = () => void opened.push(ticket)
      socket.onmessage = ({ data }) => void read.push(`socket: ${data}`)
      socket.onclose = () => done()
    })
  }
  return { read, opened }
}

/** A form needs no leave of any kind, and shows its answer in a frame. */
async function postForm(page: Page, base: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.url() === `${base}/api/orders`)
  await page.evaluate(`document.forms[0].action = ${JSON.stringify(`${base}/api/orders`)}; document.forms[0].submit()`)
  expect((await answered).status()).toBeGreaterThanOrEqual(400)
}

test('given a page on another port of this machine, when it tries all that a page can, then it reads nothing and changes nothing', async ({
  hostile,
  ground,
}) => {
  const page = await hostile.newPage()
  await page.goto(ground.strangerUrl)
  const hub = `http://127.0.0.1:${ground.port}`
  expect(await page.evaluate(plunder, { base: hub, token: ground.token })).toEqual({ read: [], opened: [] })
  await postForm(page, hub)
  expect(ground.placed()).toBe(0)
})

test("given a page whose name now leads to the hub (rebinding), when it tries all that the hub's own page can, then it reads nothing and changes nothing", async ({
  hostile,
  ground,
}) => {
  const page = await hostile.newPage()
  const base = `http://rebind.test:${ground.port}`
  // The first answer came from the attacker's own server, while the name still led there.
  await page.route(`${base}/`, (route) => route.fulfill({ contentType: 'text/html', body: STRANGER }), { times: 1 })
  await page.goto(`${base}/`)
  expect(await page.evaluate(plunder, { base, token: ground.token })).toEqual({ read: [], opened: [] })
  await postForm(page, base)
  expect(ground.placed()).toBe(0)
  const another = await hostile.newPage()
  expect((await another.goto(`${base}/`))?.status()).toBe(421)
})

test('given the same tries by the hub’s own page, then they get through: the tests above can fail', async ({
  hostile,
  ground,
}) => {
  const page = await hostile.newPage()
  const base = `http://127.0.0.1:${ground.port}`
  await page.route(`${base}/`, (route) => route.fulfill({ contentType: 'text/html', body: STRANGER }), { times: 1 })
  await page.goto(`${base}/`)
  const { read } = await page.evaluate(plunder, { base, token: ground.token })
  expect(read.map((one) => one.split(':')[0])).toEqual(
    expect.arrayContaining(['read with the token', 'ticket', 'order as JSON']),
  )
  expect(ground.placed()).toBe(1)
})

test('given a page that would frame the hub, then the frame stays empty', async ({ hostile, ground }) => {
  const page = await hostile.newPage()
  await page.goto(ground.strangerUrl)
  const frame = `Object.assign(document.createElement('iframe'), { src: 'http://127.0.0.1:${ground.port}/' })`
  await page.evaluate(`document.body.append(${frame})`)
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^(chrome-error:|about:blank)/)
})
