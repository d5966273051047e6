/** The settings in docs/operations.md are those that the services read. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { regionsOf } from '../../cli/author/regions.ts'
import { fillSettings, OPERATIONS_PAGE } from '../../cli/author/settings-page.ts'
import { SHOP_PORTS } from '../../cli/shop/usual-ports.ts'

const text = readFileSync(OPERATIONS_PAGE, 'utf8')
const sectionOf = (service: string): string => text.split(`\n### ${service}\n`)[1]?.split('\n###')[0] ?? ''

test('given the page on operations, when its settings are written anew, then they say the same (else: node cli/author/settings-page.ts)', async () => {
  const lines = (page: string) => (regionsOf(page).get('settings') ?? '').split('\n')
  const [there, now] = [lines(text), lines(await fillSettings(text))]
  assert.deepEqual(
    there.filter((line) => !now.includes(line)),
    now.filter((line) => !there.includes(line)),
  )
  assert.ok(now.length > 100)
})

test('given the settings, when a service is looked up, then its port is the usual one', () => {
  for (const [service, port] of Object.entries(SHOP_PORTS))
    assert.ok(sectionOf(service).includes(`\`PORT\` is \`${port}\` by default.`), service)
})

test('given the settings of notification, when they are looked up, then each has its default, its range and its words', () => {
  const row = '| `SMTP_TIMEOUT_MS` | `10000` | 100 to 300000 | For one e-mail, in ms. |'
  assert.ok(sectionOf('notification').includes(row))
  assert.ok(sectionOf('notification').includes('| `ADMIN_EMAIL` |'))
  assert.ok(!sectionOf('notification').includes('| `KAFKA_BROKERS` |'))
})
