import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { type Context, LabError } from '../command.ts'
import { dockerUp } from './docker.ts'

test('given a broker of my-shop on port 9092, when the lab starts its own, then the remedy says how to end that one', async (t) => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lab-docker-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const said = 'Bind for 0.0.0.0:9092 failed: port is already allocated'
  writeFileSync(path.join(dir, 'docker'), `#!/bin/sh\necho '${said}' >&2\nexit 1\n`, { mode: 0o755 })
  const ctx = { home: dir, env: { PATH: dir }, signal: t.signal } as unknown as Context
  await assert.rejects(dockerUp(ctx), (error: LabError) => {
    assert.ok(error instanceof LabError && error.message.includes(said))
    assert.match(error.remedy ?? '', /'docker compose down' in my-shop/)
    return true
  })
})
