import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { until } from '../../kit/kafka/scratch.ts'
import { followFile } from './follow-file.ts'

it('given a file that grows in pieces, when followed, then whole lines come, once, also with torn characters', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'follow-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'a.log')
  writeFileSync(file, 'before\n')
  const lines: string[] = []
  const follower = followFile(file, (line) => lines.push(line))
  const euro = Buffer.from('5 €\n')
  appendFileSync(file, Buffer.concat([Buffer.from('first\n'), euro.subarray(0, 3)]))
  await until(() => lines.length === 1, 'the first line')
  appendFileSync(file, euro.subarray(3))
  await until(() => lines.length === 2, 'the second line')
  appendFileSync(file, 'the end, without a newline')
  follower.stop()
  assert.deepEqual(lines, ['first', '5 €', 'the end, without a newline'])
})
