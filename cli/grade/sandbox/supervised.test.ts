/** The supervisor of a container, run without one: what its orders name inside stands outside for once. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { freePort } from '../../shop/ports.ts'
import type { Den } from './den.ts'
import { INSIDE } from './mounts.ts'
import { watched } from './running.ts'
import { supervised } from './supervised.ts'

async function start(t: TestContext, words: readonly string[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lab-supervised-'))
  const room = async (name: string) => {
    mkdirSync(path.join(folder, name), { recursive: true })
    return path.join(folder, name)
  }
  const way = await supervised(
    { words, calls: [] },
    { den: { folder, room } as Den, id: 1, brokers: [], uid: undefined },
  )
  const [, ...inside] = way.words
  const outside = inside.map((word) =>
    word
      .replaceAll(INSIDE.run, path.join(folder, 'runs', '1'))
      .replace(INSIDE.supervisor, path.join(import.meta.dirname, 'inside.mjs')),
  )
  const child: ChildProcess = spawn(process.execPath, outside, { stdio: ['ignore', 'pipe', 'pipe'] })
  const running = watched(child)
  t.after(async () => {
    child.kill('SIGKILL')
    await way.close(true)
    rmSync(folder, { recursive: true })
  })
  return { running, control: way.control(running) }
}

test('given a service behind a supervisor, when it is called and told to end, then its answer comes out and so does its end', async (t) => {
  const port = await freePort()
  const serve = `require('node:http').createServer((_, r) => r.end('hello')).listen(${port}, () => console.log('up'))`
  const { running, control } = await start(t, [process.execPath, '-e', serve])
  assert.equal(await control.started, 'started')
  await once(running.stdout, 'data')
  const line = await control.dial(port)
  line.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  assert.match(await text(line), /hello/)
  await assert.rejects(control.dial(await freePort()), { code: 'ECONNREFUSED' })
  control.tell('terminate')
  const { code } = await running.exit
  assert.equal(code, 128 + 15)
})

test('given a program that is not there, when it is to be started, then that is said as the system says it', async (t) => {
  const { control } = await start(t, ['no-such-program'])
  await assert.rejects(control.started, { code: 'ENOENT' })
})
