/** What a submission may try: each attack fails, is named where the sandbox notices it, and leaves nothing behind. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { test } from 'node:test'
import { ask } from '../../../cli/check/http.ts'
import { Recorder } from '../../../cli/check/recorder.ts'
import { boxed, everywhere, processesWith, told, until, whyNot } from './boxed.ts'

const KIT = path.resolve(import.meta.dirname, '../../..')

const tiers = await Promise.all((['T3', 'T2', 'T1'] as const).map(async (tier) => [tier, await whyNot(tier)] as const))
for (const [tier, why] of tiers) console.log(why === false ? `# tried in ${tier}` : `# ${why}`)

type Refused = { refused: string }

everywhere(
  'given a file thief, when it reads the answer key, other submissions and the system, then it gets nothing of them',
  async (t, tier) => {
    const { folder, run } = await boxed(t, tier)
    const other = path.join(folder, 'other')
    mkdirSync(other)
    writeFileSync(path.join(other, 'secret.ts'), 'another student')
    const targets = [
      path.join(other, 'secret.ts'),
      path.join(KIT, 'answer-key'),
      path.join(KIT, 'package.json'),
      folder,
    ]
    process.env.LAB_SECRET = 'canary-in-the-environment'
    const thief = await run('payment', ['node', 'file-thief.mjs', ...targets])
    const got = told<Record<string, string | Refused>>(thief)
    for (const name of [...targets, '/etc/shadow', '/root', '/home', '/var', '/sys/fs/cgroup', 'by a link']) {
      assert.match((got[name] as Refused).refused ?? `read: ${got[name]}`, /ENOENT|EACCES/, name)
    }
    assert.doesNotMatch(JSON.stringify(got), /canary|another student/)
    assert.equal(got['/etc/passwd'], 'lab:x:65534:65534:lab:/tmp:/bin/sh\n')
  },
)

everywhere(
  'given a writer, when it writes outside of its copy, then nothing is written and the kit still reads what was handed in',
  async (t, tier) => {
    const { box, folder, run } = await boxed(t, tier)
    const grades = path.join(folder, 'grades.db')
    const writer = await run('payment', ['node', 'writer-outside.mjs', grades, path.join(KIT, 'owned')])
    const got = told<Record<string, string>>(writer)
    for (const [name, end] of Object.entries(got)) {
      if (name !== 'lab.json') assert.notEqual(end, 'written', name)
    }
    assert.ok(!existsSync(grades) && !existsSync(path.join(KIT, 'owned')))
    assert.equal(got['lab.json'], 'written')
    assert.equal(readFileSync(path.join(box.workspace, 'lab.json'), 'utf8'), '{ "contract": 1 }')
  },
)

everywhere(
  'given a network caller, when it calls the machine, the neighbourhood and the internet, then nobody answers',
  async (t, tier) => {
    const { run } = await boxed(t, tier)
    let calls = 0
    const server = createServer(() => calls++).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const inSpace = createServer(() => calls++).listen(`\0saga-lab-test-${port}`)
    t.after(() => [server, inSpace].map((one) => one.close()))
    const got = told<Record<string, string>>(await run('payment', ['node', 'network-caller.mjs', String(port)]))
    for (const [name, end] of Object.entries(got)) assert.match(end, /^E[A-Z]+/, name)
    assert.equal(calls, 0)
  },
)

everywhere(
  'given a marks forger, when it prints, writes and sends a perfect result, then only its exit is believed',
  async (t, tier) => {
    const { box, run } = await boxed(t, tier)
    const forger = await run('publish', ['node', 'marks-forger.mjs'])
    assert.equal(forger.story.exit?.code, 0)
    assert.ok(!existsSync(path.join(box.workspace, 'grades.json')))
    const next = await run('publish', ['sh', '-c', 'exit 3'])
    assert.equal(next.story.exit?.code, 3)
  },
)

everywhere(
  'given a port squatter, when it takes every port, then the programs beside it still have theirs',
  async (t, tier) => {
    const { start } = await boxed(t, tier)
    const squatter = await start('order', ['node', 'port-squatter.mjs', '5000', '5001', '5002', '31999'])
    await until('the squatter has its ports', () => squatter.story.lines.length > 0)
    assert.equal(told<Record<string, string>>(squatter)[31999], 'EADDRINUSE', "the broker's port is not to be had")
    const code = `require('node:http').createServer((_, r) => r.end('honest')).listen(5001)`
    const honest = await start('payment', ['node', '-e', code])
    const answer = async (child: typeof honest) =>
      (await ask(new Recorder('hostile', 1, ''), 'http://127.0.0.1:5001/health', { dial: child.dial })).body
    await until('the honest one answers', async () => (await answer(honest)) === 'honest')
    assert.match(await answer(squatter), /squatter/)
  },
)

everywhere('given a killer, when it kills all that it can, then only its own box ends', async (t, tier) => {
  const { start, run } = await boxed(t, tier)
  const neighbour = await start('order', ['node', '-e', 'setInterval(() => {}, 1000)'])
  const killer = await run('payment', ['node', 'killer.mjs', String(process.pid), String(neighbour.pid)])
  const hits = Object.values(told<Record<string, unknown>>(killer))
  assert.ok(
    hits.every((hit) => hit !== true),
    JSON.stringify(hits),
  )
  assert.ok(neighbour.running)
})

everywhere(
  'given a daemon that detaches itself, when its parent has ended, then it is gone as well',
  async (t, tier) => {
    const { run } = await boxed(t, tier)
    const token = `daemon-${randomUUID()}`
    const parent = await run('payment', ['node', 'detached-daemon.mjs', token])
    assert.equal(parent.story.exit?.code, 0)
    await until('nothing of it runs', () => processesWith(token).length === 0, 5_000)
  },
)

everywhere('given an infinite loop, when its time is over, then it is ended and named', async (t, tier) => {
  const { box, run } = await boxed(t, tier, { wallMs: 1_500 })
  const loop = await run('payment', ['node', 'infinite-loop.mjs'])
  assert.equal(loop.story.exit?.signal, 'SIGKILL')
  assert.deepEqual(
    box.incidents.map(({ kind }) => kind),
    ['wall'],
  )
})

everywhere(
  'given an output flood, when it goes on, then it is ended, little is kept, and it is named',
  async (t, tier) => {
    const { box, run } = await boxed(t, tier)
    const flood = await run('payment', ['node', 'output-flood.mjs'])
    assert.equal(flood.story.ended, 'flood')
    assert.ok(flood.story.lines.reduce((sum, { text }) => sum + text.length, 0) < 1_100_000)
    assert.deepEqual(
      box.incidents.map(({ kind, name }) => [kind, name]),
      [['output', 'payment']],
    )
  },
)

everywhere(
  'given a flood to the broker, when it is more than a shop can need, then it is cut off and named',
  async (t, tier) => {
    let got = 0
    const broker = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        got += bytes.length
      })
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => broker.once('listening', resolve))
    t.after(() => broker.close())
    const { port } = broker.address() as { port: number }
    const { box, run } = await boxed(t, tier, { sent: 2 ** 20 }, `127.0.0.1:${port}`)
    const code = `const s = require('net').connect(${port}, '127.0.0.1'); const more = (error) => error || s.write(Buffer.alloc(65536), more)
    s.on("connect", () => more()); s.on('error', () => {}); s.on('close', () => console.log('cut off'))`
    const flood = await run('publish', ['node', '-e', code])
    assert.equal(flood.story.lines[0]?.text, 'cut off')
    assert.ok(got <= 2 ** 20 + 2 ** 17, `${got} bytes got through`)
    assert.deepEqual(
      box.incidents.map(({ kind }) => kind),
      ['broker'],
    )
  },
)

for (const [tier, why] of tiers) {
  test(`given a memory eater in ${tier}, when it takes too much, then it is ended and named`, {
    skip: why,
  }, async (t) => {
    const { box, run } = await boxed(t, tier)
    const eater = await run('payment', ['node', 'memory-eater.mjs'])
    assert.equal(eater.story.ended, 'memory')
    assert.deepEqual(
      box.incidents.map(({ kind }) => kind),
      ['memory'],
    )
    assert.match(box.incidents[0]?.what ?? '', /payment took more than 384 MB/)
  })

  test(`given a fork bomb in ${tier}, when it goes off, then it stays small, is named, and all of it ends`, {
    skip: why,
  }, async (t) => {
    const { box, start } = await boxed(t, tier)
    const token = `bomb-${randomUUID()}`
    const bomb = await start('payment', ['node', 'fork-bomb.mjs', token])
    let most = 0
    await until('it is named', () => {
      most = Math.max(most, processesWith(token).length)
      return box.incidents.length > 0
    })
    const spare = await start('order', ['sh', '-c', 'exit 4'])
    await spare.gone
    assert.equal(spare.story.exit?.code, 4, 'others can still start')
    bomb.kill('the test has seen enough')
    await bomb.gone
    assert.ok(most < 128, `${most} processes`)
    await until('nothing of it runs', () => processesWith(token).length === 0, 5_000)
    assert.ok(
      box.incidents.some(({ kind }) => kind === 'pids' || kind === 'memory'),
      JSON.stringify(box.incidents),
    )
  })

  test(`given a disk filler in ${tier}, when it writes all it can, then it comes to an end and is named`, {
    skip: why,
  }, async (t) => {
    const { box, start } = await boxed(t, tier)
    const filler = await start('payment', ['node', 'disk-filler.mjs'])
    await until('it has come to an end', () => !filler.running || filler.story.lines.length > 0)
    await until('it is named', () => box.incidents.some(({ kind }) => kind === 'disk' || kind === 'memory'))
    if (filler.story.lines.length === 0) return
    const got = told<Record<string, [number, string]>>(filler)
    for (const [place, [megabytes, why]] of Object.entries(got)) assert.ok(megabytes <= 70 && why !== 'nothing', place)
  })
}
