import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import type { AuditEntry } from '../../../web/hub/ports.ts'
import { writeAudit } from './audit.ts'

const kill: AuditEntry = {
  at: '2026-01-15T09:30:00.000Z',
  address: '127.0.0.1',
  ...{ method: 'POST', path: '/api/faults/kill', status: 200, body: { settings: { service: 'payment' } } },
}

function book(t: TestContext) {
  const dir = mkdtempSync(path.join(tmpdir(), 'audit-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const file = path.join(dir, 'logs', 'dashboard-audit.log')
  return { dir, file, lines: () => readFileSync(file, 'utf8').trimEnd().split('\n') }
}

test('given deeds of a presenter, then each is a line of JSON, in their order, that only the owner can read', (t) => {
  const { dir, file, lines } = book(t)
  const mend: AuditEntry = { ...kill, method: 'DELETE', status: 204, body: null }
  writeAudit(dir, kill)
  writeAudit(dir, mend)
  assert.deepEqual(
    lines().map((line) => JSON.parse(line)),
    [kill, mend],
  )
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('given a body or a path without end, or with line breaks, then it stays one short line of JSON', (t) => {
  const { dir, lines } = book(t)
  writeAudit(dir, { ...kill, path: `/api/faults/${'x'.repeat(9_000)}`, body: { editedValue: '\n"'.repeat(100_000) } })
  const [line = '', ...more] = lines()
  assert.deepEqual(more, [])
  assert.ok(line.length < 10_000, `${line.length} characters`)
  assert.match(JSON.parse(line).body, /^\{"editedValue":/)
})
