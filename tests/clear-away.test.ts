import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, openSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { clearAway } from './clear-away.ts'
import { mountSmallDisk } from './shop/faults/disk.ts'

test('given a folder with a disk that a test left mounted, and a file open on it, when it is cleared away, then nothing of it is left', async (t) => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lab clear '))
  mkdirSync(path.join(dir, 'other'))
  const disk = await mountSmallDisk(path.join(dir, 'a disk'))
  if ('why' in disk) t.skip(disk.why)
  else {
    writeFileSync(path.join(disk.path, 'data'), 'of a service')
    openSync(path.join(disk.path, 'data'), 'r')
  }
  await clearAway(dir)
  assert.equal(existsSync(dir), false)
})
