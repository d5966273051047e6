import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Context, LabError } from '../command.ts'
import { ensureBrowser, type Shelf } from './ensure-browser.ts'

const OWN = '/cache/playwright/chrome'
const ctx = { home: '/lab', err: { isTerminal: false, status: () => {}, line: () => {} } } as unknown as Context

/** A machine with these programs; `brings`: what each installer puts there, or that it fails. */
function shelf(files: string[], brings: Readonly<Record<string, string | false>> = {}, isDebianRoot = true) {
  const ran: string[] = []
  const there: Shelf = {
    machine: { env: { PATH: '/usr/bin' }, platform: 'linux', runs: (file) => files.includes(file) },
    playwrightsOwn: async () => OWN,
    isDebianRoot,
    run: async (program, args) => {
      const what = args.join(' ').includes('apt-get') ? 'apt' : 'playwright'
      ran.push(`${what}: ${[program, ...args].join(' ')}`)
      const file = brings[what]
      if (typeof file === 'string') files.push(file)
      return file !== false
    },
  }
  return { there, ran: () => ran.map((line) => line.split(':')[0]), lines: ran }
}

test('given a browser that is there, then it is taken and nothing is installed', async () => {
  const { there, ran } = shelf(['/usr/bin/chromium'])
  assert.equal(await ensureBrowser(ctx, there), '/usr/bin/chromium')
  assert.deepEqual(ran(), [])
})

test('given none, then Playwright installs its own Chromium, by the program of this folder, and Debian is not asked', async () => {
  const { there, ran, lines } = shelf([], { playwright: OWN })
  assert.equal(await ensureBrowser(ctx, there), OWN)
  assert.deepEqual(ran(), ['playwright'])
  assert.match(lines[0] ?? '', /\/lab\/node_modules\/@playwright\/test\/cli\.js install chromium$/)
})

for (const [how, brings] of [
  ['fails', { playwright: false, apt: '/usr/bin/chromium' }],
  ['brings nothing that runs', { apt: '/usr/bin/chromium' }],
] as const)
  test(`given that Playwright's way ${how}, when one is root on Debian, then its package is installed`, async () => {
    const { there, ran, lines } = shelf([], brings)
    assert.equal(await ensureBrowser(ctx, there), '/usr/bin/chromium')
    assert.deepEqual(ran(), ['playwright', 'apt'])
    assert.match(lines[1] ?? '', /apt-get update .*&& apt-get install -y .*chromium$/)
  })

for (const [where, isDebianRoot, tried] of [
  ['elsewhere', false, ['playwright']],
  ['on Debian as root', true, ['playwright', 'apt']],
] as const)
  test(`given that every way fails ${where}, then the error says what is missing and each way to get one`, async () => {
    const { there, ran } = shelf([], { playwright: false, apt: false }, isDebianRoot)
    await assert.rejects(ensureBrowser(ctx, there), (error) => {
      assert.ok(error instanceof LabError)
      assert.equal(error.code, 'no-browser')
      for (const way of ['apt-get install chromium', 'npx playwright install chromium', 'LAB_BROWSER'])
        assert.ok(error.remedy.includes(way), way)
      return true
    })
    assert.deepEqual(ran(), tried)
  })
