import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { it, type TestContext } from 'node:test'
import { claimPort, freePort } from './ports.ts'

const PORTS = path.join(import.meta.dirname, 'ports.ts')

/** Another lab: it claims a port, says which one it got, and lives until it is killed. */
async function otherLab(t: TestContext, wanted: number): Promise<{ port: number; kill(): Promise<void> }> {
  const script = `const { claimPort } = await import(${JSON.stringify(PORTS)})
    console.log((await claimPort(${wanted})).port)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = async () => {
    const ended = once(child, 'exit')
    if (child.kill('SIGKILL')) await ended
  }
  t.after(() => void child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  return { port: Number(said), kill }
}

it('given a port that another lab claimed and does not use yet, when it is wanted, then a free one is given, until that lab is gone', async (t) => {
  const wanted = await freePort()
  const other = await otherLab(t, wanted)
  assert.equal(other.port, wanted)
  const mine = await claimPort(wanted)
  assert.notEqual(mine.port, wanted)
  await other.kill()
  const again = await claimPort(wanted)
  assert.equal(again.port, wanted)
  again.release()
})

it('given a port where a program listens, when it is wanted, then a free one is given and no claim is left on it', async (t) => {
  const server = createServer()
  t.after(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  assert.notEqual((await claimPort(port)).port, port)
  await new Promise((resolve) => server.close(resolve))
  const claim = await claimPort(port)
  assert.equal(claim.port, port)
  claim.release()
})
