import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { runLab } from '../../tests/run-lab.ts'
import { gone, processRef } from './process.ts'

const dir = mkdtempSync(path.join(os.tmpdir(), 'lab-broker-'))
const record = path.join(dir, 'broker.json')
/** Java is what this tests, also where a Docker engine answers. */
const env = { LAB_DIR: dir, KAFKA_BROKERS: undefined, DOCKER_HOST: 'tcp://127.0.0.1:1' }
const lab = (...args: string[]) => runLab(args, env)
const status = async () => JSON.parse((await lab('status', '--json')).out).broker

after(async () => {
  await lab('down')
  rmSync(dir, { recursive: true, force: true })
})

test('given nothing, when two start the lab at once, then one starts a broker and both get it', async () => {
  const both = await Promise.all([lab('up', '--json'), lab('up', '--json')])
  for (const { code, err } of both) assert.equal(code, 0, err)
  const [one, two] = both.map(({ out }) => JSON.parse(out))
  assert.equal(one.brokers, two.brokers)
  assert.deepEqual([one.started, two.started].sort(), [false, true])
  const { kind, running, pid, port, dataDir, rssMb } = await status()
  assert.deepEqual({ kind, running }, { kind: 'java', running: true })
  assert.ok(pid > 0 && one.brokers.endsWith(`:${port}`) && dataDir.startsWith(dir))
  assert.ok(rssMb <= 400, `${rssMb} MB`)
  assert.match((await lab('logs', 'kafka')).out, /Kafka Server started/)
})

test('given a killed JVM and its port in other hands, when the lab is started, then it takes another port and says so; and a lost record does not keep it from being stopped', async () => {
  const before = JSON.parse(readFileSync(record, 'utf8'))
  process.kill(before.process.pid, 'SIGKILL')
  assert.ok(await gone(before.process, 10_000))
  assert.equal((await status()).running, false)
  const squatter = net.createServer().listen(before.port, '127.0.0.1')
  try {
    const { code, err } = await lab('up')
    assert.equal(code, 0, err)
    assert.match(err, new RegExp(`Port ${before.port} is held by .*; the broker takes \\d+ instead`))
  } finally {
    squatter.close()
  }
  const { port, pid } = await status()
  assert.notEqual(port, before.port)
  rmSync(record)
  const down = await lab('down')
  assert.match(down.out, /down; its topics are kept/)
  assert.equal(await processRef(pid), undefined)
  assert.match((await lab('down')).out, /No broker of the lab was running/)
})

test('given a record whose pid now belongs to another program, when the lab is stopped, then that program lives', async () => {
  const stale = {
    kind: 'java',
    brokers: '127.0.0.1:1',
    port: 1,
    reason: 'test',
    process: { pid: process.pid, started: 'before' },
  }
  writeFileSync(record, JSON.stringify(stale))
  assert.equal((await status()).running, false)
  assert.equal((await lab('down', '--json')).out, '{"stopped":null}\n')
})

test('given no Java and no Docker, when the lab is started, then one error lists the three ways out', async () => {
  const { code, err } = await runLab(['up'], { ...env, PATH: '/nonexistent', JAVA_HOME: undefined })
  assert.equal(code, 3)
  assert.match(err, /no Java on the PATH[\s\S]*Docker[\s\S]*Java 17[\s\S]*KAFKA_BROKERS=/)
})

test('given a Java that is too old, when the lab is started, then the error says which it found', async () => {
  const home = path.join(dir, 'old-java')
  mkdirSync(path.join(home, 'bin'), { recursive: true })
  writeFileSync(path.join(home, 'bin', 'java'), '#!/bin/sh\necho \'openjdk version "11.0.2" 2019\' >&2\n', {
    mode: 0o755,
  })
  const { err } = await runLab(['up'], { ...env, PATH: '/nonexistent', JAVA_HOME: home })
  assert.match(err, /the Java of JAVA_HOME is 11, 17 is needed/)
})

test('given a full disk, when the lab is started, then the error says so', async (t) => {
  const full = path.join(dir, 'full')
  mkdirSync(full)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1M', 'tmpfs', full], { stdio: 'ignore' })
  } catch {
    return t.skip('a small disk can only be mounted by root on Linux')
  }
  try {
    const { code, err } = await runLab(['up'], { ...env, LAB_DIR: full })
    assert.equal(code, 3)
    assert.match(err, /disk that holds .* is full[\s\S]*lab clean/)
  } finally {
    execFileSync('umount', [full])
  }
})

test('given the state, when it is to be cleaned where nobody can be asked, then --yes is needed and then all is gone', async () => {
  assert.equal((await lab('clean')).code, 2)
  assert.ok(existsSync(dir))
  assert.equal((await lab('clean', '--yes')).code, 0)
  assert.equal(existsSync(dir), false)
})
