import assert from 'node:assert/strict'
import net from 'node:net'
import { test } from 'node:test'
import { runLab } from '../../tests/run-lab.ts'
import { bad, good, note } from './finding.ts'
import { isDebian, missingPackages } from './fix.ts'

interface Shown {
  readonly what: string
  readonly state: string
  readonly found: string
}

test('given this machine, when the doctor looks, then every thing has what was found and what is needed', async () => {
  const { code, out, err } = await runLab(['doctor', '--json'])
  assert.equal(code, 0, out + err)
  const findings = JSON.parse(out) as Shown[]
  const names = findings.map(({ what }) => what)
  for (const what of [
    'system',
    'Node',
    'npm',
    'KAFKA_BROKERS',
    'Docker',
    'Java',
    'Maven',
    'a way to Kafka',
    'port 5000',
    'disk',
    'memory',
    'Chromium',
  ]) {
    assert.ok(names.includes(what), what)
  }
  for (const finding of findings) assert.deepEqual(Object.keys(finding), ['what', 'state', 'found', 'needed', 'remedy'])
})

test('given KAFKA_BROKERS where nobody answers, when the doctor looks, then it is in the way: exit code 1', async () => {
  const { code, out } = await runLab(['doctor'], { KAFKA_BROKERS: '127.0.0.1:1' })
  assert.equal(code, 1)
  assert.match(out, /✗ {2}KAFKA_BROKERS .*ECONNREFUSED/)
  assert.match(out, /2 in the way/)
})

test('given a port of the shop in other hands, when the doctor looks, then it says whose', async (t) => {
  const server = net.createServer().listen(5002, '127.0.0.1')
  const isMine = await new Promise((resolve) =>
    server.once('listening', () => resolve(true)).once('error', () => resolve(false)),
  )
  t.after(() => server.close())
  if (!isMine) return t.skip('port 5002 is taken')
  const { out } = await runLab(['doctor', '--json'])
  const port = (JSON.parse(out) as Shown[]).find(({ what }) => what === 'port 5002')
  assert.equal(port?.state, 'note')
  assert.match(port?.found ?? '', /another program|pid \d+/)
})

test('given what was found, when it is to be mended, then Debian packages are named for what is missing alone', () => {
  const found = [good('Node', '', ''), note('Java', '', '', ''), bad('disk', '', '', '')]
  assert.deepEqual(missingPackages(found), ['openjdk-17-jre-headless'])
  assert.deepEqual(missingPackages([good('Java', '', ''), good('Maven', '', '')]), [])
})

test('given a system, when its release file is read, then Debian and its descendants are known', () => {
  assert.ok(isDebian('NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'))
  assert.ok(isDebian('ID="linuxmint"\nID_LIKE="ubuntu debian"\n'))
  assert.ok(!isDebian('ID=fedora\nID_LIKE="rhel"\n') && !isDebian(''))
})
