import { expect, type Page, type WebSocketRoute } from '@playwright/test'
import {
  type DeadLetterRow,
  type Dot,
  type Frame,
  type FromHub,
  type FromPage,
  LINES,
  type Me,
  type Passport,
  type ReplayOutcome,
  type SagaStory,
} from '../../web/hub/protocol.ts'
import {
  goldenDots,
  goldenFrames,
  goldenPassport,
  goldenRecording,
  goldenSnapshot,
  goldenStory,
  orderId,
} from './golden.ts'
import { START } from './golden-shop.ts'

export interface FakeHub {
  /** What the page sent over its socket. */
  readonly heard: FromPage[]
  /** What it asked over REST: `POST /api/orders {"productId":201,…}`. */
  readonly asked: string[]
  say(message: FromHub): void
  /** All of the golden trace, as fast as it can be sent. */
  sayAll(): void
  hangUp(): void
}

export interface FakeHubOptions {
  readonly me?: Partial<Me>
  readonly letters?: readonly DeadLetterRow[]
  readonly passport?: (dot: Dot) => Partial<Passport> | null
  readonly story?: () => SagaStory
  readonly outcome?: () => Partial<ReplayOutcome>
  readonly snapshot?: Parameters<typeof goldenSnapshot>[0]
}

/** Stands in for the hub inside the browser: the page alone is tested, and every run is the same. */
export async function fakeHub(page: Page, options: FakeHubOptions = {}): Promise<FakeHub> {
  const heard: FromPage[] = []
  const asked: string[] = []
  let socket: WebSocketRoute | null = null
  await page.route('**/api/**', async (route) => {
    const request = route.request()
    const path = new URL(request.url()).pathname
    asked.push(`${request.method()} ${path} ${request.postData() ?? ''}`.trim())
    const answer = answerTo(request.method(), path, options)
    if (answer === undefined) await route.fulfill({ status: 204 })
    else if (path === '/api/dead-letters/replay' && Array.isArray(answer))
      await route.fulfill({ contentType: LINES, body: answer.map((line) => `${JSON.stringify(line)}\n`).join('') })
    else await route.fulfill({ status: answer === null ? 404 : 200, json: answer ?? { title: 'Not known.' } })
  })
  await page.routeWebSocket('**/ws?ticket=*', (opened) => {
    socket = opened
    opened.onMessage((text) => void heard.push(JSON.parse(String(text)) as FromPage))
    opened.send(JSON.stringify(goldenSnapshot(options.snapshot)))
  })
  const say = (message: FromHub) => socket?.send(JSON.stringify(message))
  return { heard, asked, say, sayAll: () => goldenFrames().forEach(say), hangUp: () => void socket?.close() }
}

function answerTo(
  method: string,
  path: string,
  { me, letters = [], passport, story: told, outcome }: FakeHubOptions,
): unknown {
  if (path === '/api/me') return { role: 'presenter', version: 1, shop: 'reference', join: null, ...me }
  if (path === '/api/ticket') return { ticket: 'one-use' }
  if (path === '/api/dead-letters') return letters
  if (path === '/api/orders') return { accepted: 1, refused: 0, orderIds: [orderId(6)] }
  if (path === '/api/dead-letters/replay')
    return letters.map(({ dot: { topic, partition, offset } }) => ({
      topic,
      partition,
      offset,
      outcome: 'handled',
      words: 'payment-group took it',
      ...outcome?.(),
    }))
  if (path === '/api/recording') return goldenRecording()
  if (path === '/api/sagas') return [1, 2, 3].map((order) => goldenStory(order).summary)
  const story = /^\/api\/sagas\/(.+)$/.exec(path)?.[1]
  if (story && told) return told()
  if (story) return [1, 2, 3, 4, 5, 6].map(goldenStory).find(({ summary }) => summary.orderId === story) ?? null
  const event = /^\/api\/events\/(.+)\/(\d+)\/(\d+)$/.exec(path)
  if (event) {
    const all = [...goldenDots, ...letters.map(({ dot }) => dot)]
    const dot = all.find(({ topic, offset }) => topic === event[1] && offset === event[3])
    const more = dot ? passport?.(dot) : null
    return dot && more !== null ? { ...goldenPassport(dot), ...more } : null
  }
  return method === 'GET' ? null : undefined
}

/** Says each frame when it is due, in steps of the page's clock, up to `until` ms after the start. */
export async function sayInTime(
  page: Page,
  hub: FakeHub,
  told: { readonly frames: readonly Frame[]; readonly until: number; readonly stepMs: number },
): Promise<void> {
  const { until, stepMs } = told
  const frames = [...told.frames]
  for (let ms = stepMs; ms <= until; ms += stepMs) {
    const due = frames.splice(0, frames.filter(({ at }) => at <= START + ms).length)
    for (const frame of due) hub.say(frame)
    // The clock is the test's, the socket is not: what was said must have been heard before time goes on.
    await expect.poll(() => due.every(({ n }) => hub.heard.some((one) => one.t === 'ack' && one.n === n))).toBe(true)
    await page.clock.runFor(stepMs)
  }
}
