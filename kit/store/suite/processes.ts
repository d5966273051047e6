import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Bank, type Fresh, openBank } from './fresh.ts'

const RIVAL = fileURLToPath(new URL('./rival.ts', import.meta.url))

function startRival(t: TestContext, url: string, times?: number): ChildProcess {
  const args = times === undefined ? [RIVAL, url] : [RIVAL, url, String(times)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

async function totals({ store, ledger }: Bank) {
  const [row] = await store.db.selectFrom('account').select('balance').execute()
  return { balance: row?.balance ?? 0, events: (await ledger.backlog()).unsent }
}

export function processTests(fresh: Fresh): void {
  test('given two processes on one database, when both read, add one and write, then no addition is lost', async (t) => {
    const bank = await openBank(t, fresh)
    const rivals = [startRival(t, bank.url, 100), startRival(t, bank.url, 100)]
    const codes = await Promise.all(rivals.map(async (rival) => (await once(rival, 'exit'))[0]))
    assert.deepEqual(codes, [0, 0])
    assert.deepEqual(await totals(bank), { balance: 200, events: 200 })
  })

  test('given a process in the middle of its transactions, when it is killed (SIGKILL), then state and outbox are equal, time after time', async (t) => {
    const bank = await openBank(t, fresh)
    let last = 0
    for (let kill = 0; kill < 3; kill++) {
      const rival = startRival(t, bank.url)
      const lines = createInterface({ input: rival.stdout! })
      for await (const line of lines) if (Number(line) >= 20 + kill * 10) break
      rival.kill('SIGKILL')
      await once(rival, 'exit')
      const { balance, events } = await totals(bank)
      assert.equal(balance, events)
      assert.ok(balance >= last + 20, `the transactions that were reported are kept: ${balance} after ${last}`)
      last = balance
    }
  })
}
