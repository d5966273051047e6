import { appendFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import type { AuditEntry } from '../../../web/hub/ports.ts'

const PATH_LENGTH = 300
const BODY_LENGTH = 3_000

/** Writes one line of JSON for each thing that was changed from a page, for the eyes of the owner alone: `logs/dashboard-audit.log`. */
export function writeAudit(stateDir: string, entry: AuditEntry): void {
  const dir = path.join(stateDir, 'logs')
  mkdirSync(dir, { recursive: true })
  appendFileSync(path.join(dir, 'dashboard-audit.log'), `${JSON.stringify(shortened(entry))}\n`, { mode: 0o600 })
}

/** A body may be a whole dead letter. What is too long becomes the beginning of its text, so that a line stays JSON. */
function shortened(entry: AuditEntry): AuditEntry {
  const body = JSON.stringify(entry.body) ?? ''
  return {
    ...entry,
    path: entry.path.slice(0, PATH_LENGTH),
    body: body.length > BODY_LENGTH ? `${body.slice(0, BODY_LENGTH)} …` : entry.body,
  }
}
