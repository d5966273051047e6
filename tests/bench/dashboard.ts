import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startBroker } from '../../cli/broker/throwaway.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { tracingTo } from '../../kit/telemetry/otlp.ts'
import { coreEventNames } from '../../services/contracts/catalogue.ts'
import { type Till, writeEvents } from './dashboard-load.ts'
import { watchPage } from './dashboard-page.ts'
import { openReader, type Reader, sleepOn } from './dashboard-reader.ts'
import { SERVICES, startStandIn } from './dashboard-shop.ts'
import { atLeast, atMost } from './target.ts'
import { percentile, round, usageOf } from './usage.ts'

const EVENTS_PER_S = 1_000
const SECONDS = 30
/** Until all that the hub keeps is full: its last minute, ten thousand orders, five thousand traces of 50 a second. What grows then grows for ever. */
const WARM_UP_S = 110
/** A page keeps less than the hub. */
const PAGE_WARM_UP_S = 70
/** Fifty traces a second are followed whole, and each order is handled five times or more. */
const FEWEST_HANDLINGS = 150
/** A screen of 60 Hz shows 60 and never more: two frames that come late in half a minute must not fail it. */
const FULL_FPS = 59.5
/** Of the 300 that may fly at once, at most: with fewer the page would be fast because it leaves the drawing out. */
const FEWEST_DOTS = 100
/** A classroom's old laptop, beside this machine. */
const SLOWER = 4

/** As `bin/lab.js` starts the program that the hub lives in. */
const WATCHING = ['--max-semi-space-size=16']

/** A hub process on a broker; its address is its first line. */
async function startHub(brokers: string, shopUrls: string) {
  const child = spawn(process.execPath, [...WATCHING, resolve(import.meta.dirname, 'hub.fixture.ts')], {
    env: { ...process.env, KAFKA_BROKERS: brokers, SHOP_URLS: shopUrls },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const stop = async () => {
    const ended = once(child, 'exit')
    child.stdin.end()
    await ended
  }
  return { url: line.trim(), pid: child.pid ?? 0, stop }
}

/**
 * What the hub costs and how late it is at 1,000 events a second, beside a shop of four services with groups and spans, with one page that reads and
 * one that has stopped reading.
 */
export const bench = async ({ say = () => undefined }: { say?: (line: string) => void } = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bench-dashboard-'))
  const broker = await startBroker({ dir: join(dir, 'kafka'), longLived: true })
  const bus = createBus({ brokers: [broker.brokers], clientId: 'bench', log: () => {} })
  const undo: (() => Promise<void>)[] = []
  try {
    await bus.createTopics(coreEventNames.map((topic) => ({ topic, partitions: 6 })))
    const shop = await startStandIn(broker.brokers)
    undo.push(shop.stop)
    const hub = await startHub(broker.brokers, shop.urls)
    undo.push(hub.stop)
    const tracesUrl = `${new URL(hub.url).origin}/v1/traces`
    await shop.work(tracesUrl)
    const tracingOf = {
      order: tracingTo(tracesUrl, 'order'),
      payment: tracingTo(tracesUrl, 'payment'),
      inventory: tracingTo(tracesUrl, 'inventory'),
    }
    undo.push(...Object.values(tracingOf).map(({ stop }) => stop))
    const till: Till = { bus, tracingOf }
    const hubAlone = await measureHub(hub, till, say)
    const shown = await measurePage(hub.url, till, say)
    return { figures: { ...hubAlone.figures, ...shown.figures }, targets: [...hubAlone.targets, ...shown.targets] }
  } finally {
    for (const step of undo.reverse()) await step().catch(() => {})
    await bus.close()
    await broker.kill9()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function measureHub({ url, pid }: { url: string; pid: number }, till: Till, say: (line: string) => void) {
  const reader = await openReader(url)
  await reader.listening()
  say(`${EVENTS_PER_S} events/s for ${SECONDS} s; one page reads, one has stopped reading`)
  const written = await writeEvents(till, EVENTS_PER_S, WARM_UP_S - SECONDS)
  const before = await peakWhile(pid, async () => written + (await writeEvents(till, EVENTS_PER_S, SECONDS)))
  while (reader.total() < before.value) await pause(50)
  const sleepers = await sleepOn(url)
  try {
    const measured = await measure(reader, { pid, rssMb: before.rssMb }, () => writeEvents(till, EVENTS_PER_S, SECONDS))
    return { ...measured, figures: { hub: { ...measured.figures.hub, pagesThatSleep: sleepers.opened() } } }
  } finally {
    sleepers.stop()
    reader.close()
  }
}

/** The page at its usual pace, then as on a machine that is four times slower. It has seen a minute before, so that all that it keeps is full. */
async function measurePage(url: string, till: Till, say: (line: string) => void) {
  const page = await watchPage(url)
  try {
    const load = () => writeEvents(till, EVENTS_PER_S, SECONDS)
    say(
      `the page in a browser: ${PAGE_WARM_UP_S} s to fill what it keeps, then ${SECONDS} s as it is, and ${SECONDS} s at ${SLOWER}× CPU throttle`,
    )
    await writeEvents(till, EVENTS_PER_S, PAGE_WARM_UP_S)
    const heapBefore = await page.heapMb()
    const usual = await page.whileSlowed(1, load)
    const slowed = await page.whileSlowed(SLOWER, load)
    const figures = { page: { usual, slowed, heapGrowthMb: round((await page.heapMb()) - heapBefore) } }
    const targets = [
      atLeast('frames a second', usual.fps, FULL_FPS),
      atLeast(`frames a second at ${SLOWER}× CPU throttle`, slowed.fps, 30),
      atMost('event to screen, p95, ms', usual.lateMs.p95, 250),
      atMost('records told of and not shown', usual.unshown, 0),
      atLeast('dots in a frame', usual.dotsAFrame, FEWEST_DOTS),
      atMost('frames in which dots waited to be drawn, %', usual.behindPercent, 5),
      atMost("growth of the page's heap, MB", figures.page.heapGrowthMb, 10),
    ]
    return { figures, targets }
  } finally {
    await page.close()
  }
}

/** The most memory that a process took meanwhile: a heap goes up and down as it is collected, so that two moments compare nothing. */
async function peakWhile<T>(pid: number, load: () => Promise<T>): Promise<{ value: T; rssMb: number }> {
  let rssMb = 0
  const look = () => {
    rssMb = Math.max(rssMb, usageOf(pid)?.rssMb ?? 0)
  }
  const looking = setInterval(look, 250)
  try {
    const value = await load()
    return { value, rssMb }
  } finally {
    clearInterval(looking)
  }
}

/** `usual`: the most memory that the hub took in as long a time without a page that sleeps. */
async function measure(reader: Reader, usual: { pid: number; rssMb: number }, load: () => Promise<number>) {
  const { pid } = usual
  const before = usageOf(pid)
  const seen = reader.total()
  reader.forget()
  const begun = performance.now()
  const { value: written, rssMb } = await peakWhile(pid, load)
  const seconds = (performance.now() - begun) / 1_000
  const after = usageOf(pid)
  while (reader.total() < seen + written && performance.now() - begun < (SECONDS + 15) * 1_000) await pause(50)
  const lateMs = [...reader.lateMs()].sort((a, b) => a - b)
  const cpu = round((((after?.cpuS ?? 0) - (before?.cpuS ?? 0)) / seconds) * 100)
  const hub = {
    ...{ eventsPerS: Math.round(written / seconds), cpuPercent: cpu, rssMb, rssGrowthMb: rssMb - usual.rssMb },
    framesPerS: round(reader.frames() / seconds),
    ...{ handlingsPerS: round(reader.handlings() / seconds), groups: reader.groups() },
    lateMs: { p50: round(percentile(lateMs, 0.5)), p95: round(percentile(lateMs, 0.95)) },
    missing: seen + written - reader.total(),
  }
  const targets = [
    atLeast('events written a second', hub.eventsPerS, EVENTS_PER_S * 0.95),
    // What costs the hub something beside the events.
    atLeast('consumer groups that it follows', hub.groups, SERVICES.length),
    atLeast('handlings that spans tell of, a second', hub.handlingsPerS, FEWEST_HANDLINGS),
    atMost("hub's share of a core, %", hub.cpuPercent, 20),
    atMost("hub's growth in memory beside a page that does not read, MB", hub.rssGrowthMb, 20),
    atMost('event to page, p95, ms', hub.lateMs.p95, 250),
    atMost('records that the totals of the page lack', Math.abs(hub.missing), 0),
  ]
  return { figures: { hub }, targets }
}
