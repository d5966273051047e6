import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startBroker } from '../../cli/broker/throwaway.ts'
import type { Bus } from '../../kit/kafka/bus.ts'
import { createBus } from '../../kit/kafka/create-bus.ts'
import { coreEventNames } from '../../services/contracts/catalogue.ts'
import { writeEvents } from './dashboard-load.ts'
import { watchPage } from './dashboard-page.ts'
import { openReader, type Reader } from './dashboard-reader.ts'
import { atLeast, atMost } from './target.ts'
import { percentile, round, usageOf } from './usage.ts'

const EVENTS_PER_S = 1_000
const SECONDS = 30
/** Until all that the hub keeps is full: its last minute, and ten thousand orders. What grows then grows for ever. */
const WARM_UP_S = 70
/** A classroom's old laptop, beside this machine. */
const SLOWER = 4

/** As `bin/lab.js` starts the program that the hub lives in. */
const WATCHING = ['--max-semi-space-size=4']

/** A hub process on a broker; its address is its first line. */
async function startHub(brokers: string) {
  const child = spawn(process.execPath, [...WATCHING, resolve(import.meta.dirname, 'hub.fixture.ts')], {
    env: { ...process.env, KAFKA_BROKERS: brokers },
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

/** What the hub costs and how late it is at 1,000 events a second, with one page that reads and one that has stopped reading. */
export const bench = async ({ say = () => undefined }: { say?: (line: string) => void } = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-bench-dashboard-'))
  const broker = await startBroker({ dir: join(dir, 'kafka'), longLived: true })
  const bus = createBus({ brokers: [broker.brokers], clientId: 'bench', log: () => {} })
  try {
    await bus.createTopics(coreEventNames.map((topic) => ({ topic, partitions: 6 })))
    const hub = await startHub(broker.brokers)
    try {
      const reader = await openReader(hub.url)
      await reader.listening()
      const sleeper = await openReader(hub.url)
      sleeper.stopReading()
      say(`${EVENTS_PER_S} events/s for ${SECONDS} s; one page reads, one has stopped reading`)
      const written = await writeEvents(bus, EVENTS_PER_S, WARM_UP_S)
      while (reader.total() < written) await pause(50)
      const hubAlone = await measure(reader, hub.pid, () => writeEvents(bus, EVENTS_PER_S, SECONDS))
      sleeper.close()
      reader.close()
      const shown = await measurePage(hub.url, bus, say)
      return { figures: { ...hubAlone.figures, ...shown.figures }, targets: [...hubAlone.targets, ...shown.targets] }
    } finally {
      await hub.stop()
    }
  } finally {
    await bus.close()
    await broker.kill9()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The page at its usual pace, then as on a machine that is four times slower. It has seen a minute before, so that all that it keeps is full. */
async function measurePage(url: string, bus: Bus, say: (line: string) => void) {
  const page = await watchPage(url)
  try {
    const load = () => writeEvents(bus, EVENTS_PER_S, SECONDS)
    say(
      `the page in a browser: ${WARM_UP_S} s to fill what it keeps, then ${SECONDS} s as it is, and ${SECONDS} s at ${SLOWER}× CPU throttle`,
    )
    await writeEvents(bus, EVENTS_PER_S, WARM_UP_S)
    const heapBefore = await page.heapMb()
    const usual = await page.whileSlowed(1, load)
    const slowed = await page.whileSlowed(SLOWER, load)
    const figures = { page: { usual, slowed, heapGrowthMb: round((await page.heapMb()) - heapBefore) } }
    const targets = [
      atLeast('frames a second', usual.fps, 58),
      atLeast(`frames a second at ${SLOWER}× CPU throttle`, slowed.fps, 30),
      atMost('event to screen, p95, ms', usual.lateMs.p95, 250),
      atMost("growth of the page's heap, MB", figures.page.heapGrowthMb, 10),
    ]
    return { figures, targets }
  } finally {
    await page.close()
  }
}

async function measure(reader: Reader, pid: number, load: () => Promise<number>) {
  const before = usageOf(pid)
  const seen = reader.total()
  reader.forget()
  const begun = performance.now()
  const written = await load()
  const seconds = (performance.now() - begun) / 1_000
  const after = usageOf(pid)
  while (reader.total() < seen + written && performance.now() - begun < (SECONDS + 15) * 1_000) await pause(50)
  const lateMs = [...reader.lateMs()].sort((a, b) => a - b)
  const cpu = round((((after?.cpuS ?? 0) - (before?.cpuS ?? 0)) / seconds) * 100)
  const growth = (after?.rssMb ?? 0) - (before?.rssMb ?? 0)
  const hub = {
    ...{ eventsPerS: Math.round(written / seconds), cpuPercent: cpu, rssMb: after?.rssMb ?? null, rssGrowthMb: growth },
    framesPerS: round(reader.frames() / seconds),
    lateMs: { p50: round(percentile(lateMs, 0.5)), p95: round(percentile(lateMs, 0.95)) },
    missing: seen + written - reader.total(),
  }
  const targets = [
    atLeast('events written a second', hub.eventsPerS, EVENTS_PER_S * 0.95),
    atMost("hub's share of a core, %", hub.cpuPercent, 20),
    atMost("hub's growth in memory beside a page that does not read, MB", hub.rssGrowthMb, 20),
    atMost('event to page, p95, ms', hub.lateMs.p95, 250),
    atMost('records that the totals of the page lack', Math.abs(hub.missing), 0),
  ]
  return { figures: { hub }, targets }
}
