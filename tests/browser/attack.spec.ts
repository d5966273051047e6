import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, test as base, chromium, expect, type Page } from '@playwright/test'
import { ask, hubWithoutShop, tokenOf } from '../../web/hub/hub.fixture.ts'

/** A hub that counts what it lets through, and a page of somebody else's, on this machine and elsewhere. */
interface Ground {
  readonly port: number
  readonly token: string
  /** A ticket that would open the socket now: what is refused is the page that brings it. */
  readonly buyTicket: () => Promise<string>
  readonly placed: () => number
  /** As a student's shop on another port would be: same-site. */
  readonly neighbourUrl: string
  /** Another site altogether. */
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
    const token = tokenOf(hub)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const at = (stranger.address() as AddressInfo).port
    await use({
      port: hub.port,
      token,
      buyTicket: async () => JSON.parse((await ask(hub.port, 'POST', '/api/ticket', headers, '{}')).body).ticket,
      placed: () => placed,
      neighbourUrl: `http://127.0.0.1:${at}/`,
      strangerUrl: `http://evil.test:${at}/`,
    })
    stranger.close()
    for (const clean of cleanings) await clean()
  },
  /** In its world the name rebind.test has changed to this machine's own address; evil.test is another site. */
  hostile: async ({ launchOptions }, use) => {
    const names = '--host-resolver-rules=MAP rebind.test 127.0.0.1, MAP evil.test 127.0.0.1'
    const args = [...(launchOptions.args ?? []), names, UNGUARDED]
    const browser = await chromium.launch({ ...launchOptions, args })
    await use(browser)
    await browser.close()
  },
})

/** A browser that knows nothing of local networks, as those of before: what it lets through, the hub itself has to refuse. */
const UNGUARDED = '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets'

interface Loot {
  /** What the page could read, by the way it tried. */
  readonly read: readonly string[]
  /** Sockets that opened. */
  readonly opened: readonly string[]
}

/** Runs inside the hostile page; `base` is the hub's address as that page knows it. However it came by them, token and ticket are good. */
async function plunder({ base, token, good }: { base: string; token: string; good: string }): Promise<Loot> {
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
  for (const ticket of ['', token, 'guess', good]) {
    await new Promise<void>((done) => {
      const socket = new WebSocket(`${base.replace('http', 'ws')}/ws?ticket=${ticket}`)
      socket.onopen = () => void opened.push(ticket)
      socket.onmessage = ({ data }) => {
        read.push(`socket: ${data}`)
        socket.close()
      }
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

for (const [whose, place] of [
  ['another port of this machine', 'neighbourUrl'],
  ['another site', 'strangerUrl'],
] as const)
  test(`given a page of ${whose}, when it tries all that a page can, then it reads nothing and changes nothing`, async ({
    hostile,
    ground,
  }) => {
    const page = await hostile.newPage()
    await page.goto(ground[place])
    const hub = `http://127.0.0.1:${ground.port}`
    const good = await ground.buyTicket()
    expect(await page.evaluate(plunder, { base: hub, token: ground.token, good })).toEqual({ read: [], opened: [] })
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
  const good = await ground.buyTicket()
  expect(await page.evaluate(plunder, { base, token: ground.token, good })).toEqual({ read: [], opened: [] })
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
  await page.goto(`${base}/`)
  const good = await ground.buyTicket()
  const { read, opened } = await page.evaluate(plunder, { base, token: ground.token, good })
  expect(read.map((one) => one.split(':')[0])).toEqual(
    expect.arrayContaining(['read with the token', 'ticket', 'order as JSON', 'socket']),
  )
  expect(read.find((one) => one.startsWith('socket:'))).toContain('"t":"snapshot"')
  expect(opened).toEqual([good])
  expect(ground.placed()).toBe(1)
})

test('given a page that would frame the hub, then the frame stays empty', async ({ hostile, ground }) => {
  const page = await hostile.newPage()
  await page.goto(ground.strangerUrl)
  const frame = `Object.assign(document.createElement('iframe'), { src: 'http://127.0.0.1:${ground.port}/' })`
  await page.evaluate(`document.body.append(${frame})`)
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^(chrome-error:|about:blank)/)
})
