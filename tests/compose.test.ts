import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'

const home = path.resolve(import.meta.dirname, '..')
const SHOP = { order: 5000, payment: 5001, inventory: 5002, notification: 5003 }

interface Service {
  readonly image?: string
  readonly build?: string
  readonly profiles?: readonly string[]
  readonly ports: readonly string[]
  readonly command?: readonly string[]
  readonly environment: Readonly<Record<string, string | number>>
  readonly healthcheck?: { readonly test: readonly string[]; readonly retries: number }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
}
const { services } = parse(readFileSync(path.join(home, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
  services: Readonly<Record<string, Service>>
}
const listeners = (text: unknown) =>
  Object.fromEntries(
    String(text)
      .split(',')
      .map((part) => part.split('://') as [string, string]),
  )

test('given the compose file, when the broker is read, then it is reached from this machine and from containers', () => {
  const { environment, ports, healthcheck, profiles } = services.kafka!
  assert.equal(profiles, undefined)
  assert.deepEqual(ports, ['127.0.0.1:9092:9092'])
  const listen = listeners(environment.KAFKA_LISTENERS)
  const told = listeners(environment.KAFKA_ADVERTISED_LISTENERS)
  assert.deepEqual(told, { HOST: 'localhost:9092', INSIDE: 'kafka:19092' })
  for (const [name, address] of Object.entries(told)) assert.equal(listen[name]?.split(':')[1], address.split(':')[1])
  const protocols = String(environment.KAFKA_LISTENER_SECURITY_PROTOCOL_MAP)
    .split(',')
    .map((pair) => pair.split(':')[0])
  assert.deepEqual(protocols.sort(), Object.keys(listen).sort())
  assert.ok(String(environment.KAFKA_CONTROLLER_QUORUM_VOTERS).endsWith(listen.CONTROLLER!.split(':')[1]!))
  assert.equal(environment.KAFKA_AUTO_CREATE_TOPICS_ENABLE, 'false')
  assert.match(healthcheck?.test.join(' ') ?? '', /kafka-broker-api-versions\.sh --bootstrap-server localhost:19092/)
  assert.equal(Buffer.from(String(environment.CLUSTER_ID), 'base64url').length, 16)
})

test('given the compose file, when the shop is read, then each service starts its own program on its own port after the broker', () => {
  for (const [name, port] of Object.entries(SHOP)) {
    const service = services[name]!
    assert.deepEqual(service.profiles, ['shop'], name)
    assert.deepEqual(service.ports, [`127.0.0.1:${port}:${port}`])
    assert.equal(service.environment.PORT, port)
    assert.equal(service.environment.KAFKA_BROKERS, 'kafka:19092')
    assert.equal(service.environment.HOST, '0.0.0.0')
    assert.deepEqual(service.command, ['node', `services/${name}/main.ts`])
    assert.ok(existsSync(path.join(home, `services/${name}/main.ts`)), name)
    assert.equal(service.depends_on?.kafka?.condition, 'service_healthy')
    assert.match(service.healthcheck?.test.join(' ') ?? '', /\/ready/)
  }
})

test('given the compose file and the Dockerfile, when images are read, then each has a version and the shop is not root', () => {
  assert.deepEqual(services['kafka-ui']?.profiles, ['ui'])
  const dockerfile = readFileSync(path.join(home, 'Dockerfile'), 'utf8')
  const images = [
    ...Object.values(services).map(({ image }) => image),
    ...[...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image),
  ]
  for (const image of images) assert.match(image ?? '', /^[\w./-]+:(?!latest)[\w.-]+$/)
  assert.match(dockerfile, /^USER node$/m)
  assert.match(dockerfile, /npm ci --omit=dev/)
})

test('given the Dockerfile, when it copies, then it copies what is there and what .dockerignore lets through', () => {
  const dockerfile = readFileSync(path.join(home, 'Dockerfile'), 'utf8')
  const allowed = readFileSync(path.join(home, '.dockerignore'), 'utf8')
  for (const [, names] of dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)) {
    for (const name of names!.split(' '))
      assert.ok(existsSync(path.join(home, name)) && allowed.includes(`!${name}\n`), name)
  }
})
