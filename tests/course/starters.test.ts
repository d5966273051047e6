/** The starters are what the solutions' marks say, they type-check, and each fails for the reason that it states. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { layParts, PARTS, partFiles, partsUpTo } from '../../cli/author/lay.ts'
import { starterOf } from '../../cli/author/starters.ts'
import type { Part } from '../../cli/check/contract.ts'
import { run, serve } from './processes.ts'

const TSC = resolve(import.meta.dirname, '../../node_modules/typescript-7/bin/tsc')
const order = { orderId: 'o-1', productId: 201, quantity: 1, amount: 10 }

/** A shop whose owner has done everything before this part and has just begun with it. */
async function beginning(t: TestContext, part: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-starter-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await layParts(partsUpTo(part).slice(0, -1), dir, 'solution')
  await layParts([part], dir, 'starter')
  return dir
}

for (const part of PARTS) {
  test(`given the solution of ${part}, when its starter is made anew, then it is the one that is checked in`, async () => {
    const remedy = 'run `node cli/author/starters.ts` and commit the result'
    assert.deepEqual(await partFiles(part, 'starter'), await starterOf(part), remedy)
  })

  test(`given the starter of ${part}, when it is laid over the parts before it, then it type-checks`, async (t) => {
    const { code, output } = await run(await beginning(t, part), ['node', TSC, '-p', '.'])
    assert.equal(code, 0, output)
  })
}

test('given the solutions of all parts, when they are laid over each other, then they type-check', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'lab-solution-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await layParts(PARTS, dir, 'solution')
  const { code, output } = await run(dir, ['node', TSC, '-p', '.'])
  assert.equal(code, 0, output)
})

/** How each starter is brought to the place that is not written yet. Resolves with all that it said. */
const attempts: Record<Part, (dir: string, t: TestContext) => Promise<string>> = {
  'a-kafka': (dir) => failing(dir, ['node', 'kafka/topics.ts']),
  'b-services': async (dir, t) => (await fetch(`${await serve(t, dir, 'payment')}/health`)).text(),
  'c-events': (dir) =>
    failing(dir, ['node', 'shared/create-event.ts'], JSON.stringify({ eventType: 'order-created', data: order })),
  'd-producer': (dir) =>
    failing(dir, ['node', 'shared/publish.ts'], JSON.stringify({ topic: 'order-created', event: { data: order } })),
  'e-order': async (dir, t) =>
    (await fetch(`${await serve(t, dir, 'order')}/api/orders`, { method: 'POST', body: JSON.stringify(order) })).text(),
  'f-payment': (dir) => failing(dir, calling('payment/pay.ts', 'pay')),
  'g-inventory-notification': (dir) => failing(dir, calling('inventory/stock.ts', 'reserve')),
  'h-saga': async (dir, t) => (await fetch(`${await serve(t, dir, 'order')}/api/orders/o-1`)).text(),
  'i-testing': async (dir, t) => {
    await run(dir, ['node', 'kafka/topics.ts'])
    const stub = createServer((_request, response) => response.end(JSON.stringify({ orderId: 'o-1' })))
    await new Promise<void>((listening) => stub.listen(0, '127.0.0.1', listening))
    t.after(() => stub.close())
    const url = `http://127.0.0.1:${(stub.address() as AddressInfo).port}`
    return failing(dir, ['node', '--test', 'tests/*.test.ts'], '', { ORDER_URL: url })
  },
}

async function failing(dir: string, command: string[], input = '', env: Record<string, string> = {}): Promise<string> {
  const { code, output } = await run(dir, command, input, env)
  assert.notEqual(code, 0, `it should have failed:\n${output}`)
  return output
}

const calling = (file: string, name: string): string[] => [
  'node',
  '--input-type=module',
  '--eval',
  `import { ${name} } from './${file}'; await ${name}({ data: ${JSON.stringify(order)} })`,
]

for (const part of PARTS) {
  test(`given the starter of ${part}, when it is run, then it says that this part is not written yet`, async (t) => {
    const letter = part[0]?.toUpperCase()
    assert.match(await attempts[part](await beginning(t, part), t), new RegExp(`part ${letter}: not written yet`))
  })
}
