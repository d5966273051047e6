import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { constants, getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ShopProcess } from './process.ts'

const { PRIORITY_BELOW_NORMAL } = constants.priority

for (const [name, priority] of [
  ['analytics', PRIORITY_BELOW_NORMAL],
  ['order', getPriority()],
] as const) {
  test(`given ${name}, when it is started, then its priority is ${priority}`, async (t) => {
    const dir = mkdtempSync(join(tmpdir(), 'lab-process-'))
    const script = join(dir, 'main.js')
    writeFileSync(script, 'setInterval(() => {}, 1000)')
    const plan = { name, instance: 1, nodePath: process.execPath, script, cwd: dir, env: {}, logFile: join(dir, 'log') }
    const started = await ShopProcess.start(plan)
    t.after(async () => {
      await started.stop(5_000)
      rmSync(dir, { recursive: true })
    })
    assert.equal(getPriority(started.pid), priority)
  })
}
