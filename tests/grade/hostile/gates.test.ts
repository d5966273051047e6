/** The networks of a sandbox: each program has one to itself, and the next one gets it. */
import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { processes } from '../../../cli/check/tree.ts'
import { below } from '../../../cli/grade/sandbox/inmates.ts'
import { freePort } from '../../../cli/shop/ports.ts'
import { BEST, boxed, processesWith, told, until, whyNot } from './boxed.ts'

const skip = await whyNot(BEST)

const LISTEN = `require('node:net').createServer((s) => s.end(process.argv[1])).listen(5000, () => console.log('{}'))`

test('given twenty programs one after the other, when each takes the same port, then each has it, in no more than the four networks that were made', {
  skip,
}, async (t) => {
  const { start } = await boxed(t, BEST)
  for (let i = 0; i < 20; i++) {
    const child = await start('order', ['node', '-e', LISTEN, `program ${i}`])
    await until('it listens', () => child.story.lines.length > 0)
    assert.equal(await text((await child.dial?.(5000)) as Socket), `program ${i}`)
    child.kill('the next one comes')
    await child.gone
  }
  // Others test their own sandboxes meanwhile.
  const ours = new Set(below(process.pid, processes()).map(({ pid }) => pid))
  const gates = processesWith('gate.mjs').filter((pid) => ours.has(pid))
  // Each has bubblewrap above it, which bears the same words; the first may be seen before the others.
  assert.ok(gates.length <= 8, `${gates.length} processes`)
})

test('given a program that has ended, when it is called, then it is gone, also where another one now has its network', {
  skip,
}, async (t) => {
  const { start } = await boxed(t, BEST)
  const first = await start('order', ['node', '-e', LISTEN, 'first'])
  await until('it listens', () => first.story.lines.length > 0)
  const { dial } = first
  first.kill('it is to end')
  await first.gone
  const rest = await Promise.all(['a', 'b', 'c', 'd'].map((word) => start('payment', ['node', '-e', LISTEN, word])))
  await until('they listen', () => rest.every((child) => child.story.lines.length > 0))
  await until('its end is known', () =>
    dial!(5000).then(
      () => false,
      (error) => error.code === 'ECONNREFUSED',
    ),
  )
})

test('given ports of the kit that a program may call, when it does, then it gets there, and the next program does not', {
  skip,
}, async (t) => {
  const port = await freePort()
  const server = createServer((socket) => socket.end('from the kit')).listen(port, '127.0.0.1')
  t.after(() => server.close())
  const { run } = await boxed(t, BEST)
  const call = `require('node:net').connect(${port}, '127.0.0.1').on('error', (e) => console.log(JSON.stringify(e.code)))
    .on('data', (bytes) => console.log(JSON.stringify(String(bytes))))`
  for (let i = 0; i < 3; i++) {
    assert.equal(told<string>(await run('test', ['node', '-e', call], { calls: [port] })), 'from the kit')
    assert.equal(told<string>(await run('test', ['node', '-e', call])), 'ECONNREFUSED')
  }
})

test('given words that no box can run, when they are started, then it is said which, as on the machine of a student', {
  skip,
}, async (t) => {
  const { start, run } = await boxed(t, BEST)
  await assert.rejects(start('order', ['no-such-program']), { code: 'ENOENT' })
  await assert.rejects(start('order', ['./lab.json']), { code: 'EACCES' })
  assert.equal((await run('order', ['sh', '-c', 'exit 3'])).story.exit?.code, 3)
})

test('given a box that cannot be made, when a program is to run in it, then that is a fault of the kit', {
  skip,
}, async (t) => {
  const { start } = await boxed(t, BEST)
  for (const reads of [['/no/such/folder/file'], ['/usr/no-such-file']]) {
    await assert.rejects(start('order', ['node', '-e', ''], { reads }), { name: 'KitFault', id: 'kit.sandbox-failed' })
  }
})
