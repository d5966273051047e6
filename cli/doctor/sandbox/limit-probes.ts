import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../../check/http.ts'
import { Recorder } from '../../check/recorder.ts'
import { processes } from '../../check/tree.ts'
import type { Incident } from '../../grade/sandbox/sandbox.ts'
import type { Bench } from './bench.ts'
import { expect, type Probe } from './probe.ts'

const DEADLINE_MS = 20_000

async function until(holds: () => boolean | Promise<boolean>, ms = DEADLINE_MS): Promise<boolean> {
  const end = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > end) return false
    await pause(20)
  }
  return true
}

function running(word: string): number {
  const command = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    } catch {
      return ''
    }
  }
  return processes().filter(({ pid }) => pid !== process.pid && command(pid).includes(word)).length
}

const named = ({ box }: Bench, name: string, ...kinds: readonly Incident['kind'][]) =>
  box.incidents.some((one) => (one.name === name || one.name === '') && kinds.includes(one.kind))

export const LIMIT_PROBES: readonly Probe[] = [
  {
    group: 'processes',
    what: 'it sees its own processes only',
    look: async (bench) => {
      const count = Number((await bench.facts(['node', 'self-look.mjs'])).processes)
      return count <= 5 ? undefined : `${count} processes`
    },
  },
  {
    group: 'processes',
    what: 'it ends nobody else',
    look: async (bench) => {
      const neighbour = await bench.start('neighbour', ['node', '-e', 'setInterval(() => {}, 1000)'])
      const killer = await bench.run('killer', ['node', 'killer.mjs', String(process.pid), String(neighbour.pid)])
      const alive = neighbour.running && killer.story.lines.length > 0
      neighbour.kill('the probe is over')
      return expect(alive, true)
    },
  },
  {
    group: 'processes',
    what: 'what detaches itself ends with it',
    look: async (bench) => {
      const word = `daemon-${randomUUID()}`
      await bench.run('daemon', ['node', 'detached-daemon.mjs', word])
      return (await until(() => running(word) === 0, 5_000)) ? undefined : `${running(word)} processes live on`
    },
  },
  {
    group: 'processes',
    what: 'a fork bomb stays small and ends',
    look: async (bench) => {
      const word = `bomb-${randomUUID()}`
      const bomb = await bench.start('bomb', ['node', 'fork-bomb.mjs', word])
      const noticed = await until(() => named(bench, 'bomb', 'pids', 'memory'))
      const most = running(word)
      bomb.kill('the probe has seen enough')
      await bomb.gone
      if (!noticed) return `it was not noticed at ${most} processes`
      return (await until(() => running(word) === 0, 5_000)) ? undefined : `${running(word)} processes live on`
    },
  },
  {
    group: 'limits',
    what: 'who takes too much memory is ended',
    look: async (bench) => expect((await bench.run('eater', ['node', 'memory-eater.mjs'])).story.ended, 'memory'),
  },
  {
    group: 'limits',
    what: 'who prints too much is ended',
    look: async (bench) =>
      expect((await bench.run('flood', ['node', 'output-flood.mjs'])).story.ended, 'flood', 'deadline'),
  },
  {
    group: 'limits',
    what: 'who does not end is ended',
    look: async (bench) => {
      await bench.run('loop', ['node', 'infinite-loop.mjs'])
      return named(bench, 'loop', 'wall') ? undefined : 'it went on'
    },
  },
  {
    group: 'the way in',
    what: 'its broker is reached, at its own port',
    look: async (bench) => {
      const code = `const s = require('net').connect(${bench.broker}, '127.0.0.1', () => s.end('echo')); s.pipe(process.stdout)`
      return expect((await bench.run('client', ['node', '-e', code])).story.lines[0]?.text, 'echo')
    },
  },
  {
    group: 'the way in',
    what: 'a request gets in and its answer out',
    look: async (bench) => {
      const nonce = randomUUID()
      const code = "require('http').createServer((q, r) => r.end(q.url)).listen(5001)"
      const service = await bench.start('service', ['node', '-e', code])
      let body = ''
      const answered = async () => {
        const answer = await ask(new Recorder('doctor', 1, ''), `http://127.0.0.1:5001/${nonce}`, {
          dial: service.dial,
        })
        body = answer.body
        return answer.status === 200
      }
      await until(answered)
      service.signal('SIGTERM', 'the probe is over')
      await service.gone
      return expect(`${body} ${service.story.exit?.signal}`, `/${nonce} SIGTERM`)
    },
  },
  {
    group: 'the way in',
    what: 'its exit code comes out as it is',
    look: async (bench) => expect((await bench.run('exit', ['sh', '-c', 'exit 7'])).story.exit?.code, 7),
  },
  {
    group: 'the way in',
    what: 'its time can be stopped and goes on',
    look: async (bench) => {
      const clock = await bench.start('clock', ['node', '-e', "setInterval(() => console.log('tick'), 10)"])
      await until(() => clock.story.lines.length > 3)
      clock.signal('SIGSTOP', 'the probe')
      const still = async () => {
        const before = clock.story.lines.length
        await pause(100)
        return clock.story.lines.length === before
      }
      const stopped = await until(still, 3_000)
      const count = clock.story.lines.length
      clock.signal('SIGCONT', 'the probe')
      const goes = await until(() => clock.story.lines.length > count + 3, 3_000)
      clock.kill('the probe is over')
      await clock.gone
      return expect(`${stopped} ${goes}`, 'true true')
    },
  },
  // The last one: without a disk of its own, whatever runs beside too many files is ended.
  {
    group: 'limits',
    what: 'its folder, /tmp and /dev/shm are small',
    look: async (bench) => {
      const filler = await bench.start('filler', ['node', 'disk-filler.mjs'])
      await until(() => !filler.running || filler.story.lines.length > 0)
      const noticed = await until(() => named(bench, 'filler', 'disk', 'memory'), 5_000)
      filler.kill('the probe is over')
      await filler.gone
      return noticed ? undefined : (filler.story.lines[0]?.text ?? 'it was not noticed')
    },
  },
]
