import { StoreFault } from './store.ts'

interface SqliteError extends Error {
  readonly errcode: number
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

/** Primary result codes of https://www.sqlite.org/rescode.html; the extended ones carry them in their low byte. */
const BUSY = 5
const LOCKED = 6
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const CONSTRAINT = 19
const NOTADB = 26
/** SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow, which on a full disk comes before SQLITE_FULL. */
const IOERR_SHMSIZE = 4874

/** Turns an error of node:sqlite into a StoreFault that names the file and says what to do; anything else comes back as it is. */
export function sqliteFault(error: unknown, path: string): unknown {
  if (!isSqliteError(error)) return error
  const fault = (code: StoreFault['code'], text: string, retriable = false) =>
    new StoreFault(code, `${text} (SQLite: ${error.message})`, { retriable, cause: error })
  if (error.errcode === IOERR_SHMSIZE) return fault('full', fullText(path), true)
  switch (error.errcode & 0xff) {
    case BUSY:
    case LOCKED:
      return fault('busy', `${path} is locked by another process`, true)
    case FULL:
      return fault('full', fullText(path), true)
    case CORRUPT:
    case NOTADB:
      return fault('corrupt', corruptText(path))
    case CONSTRAINT:
      return fault('constraint', `a rule of the tables in ${path} forbids this`)
    case CANTOPEN:
      return fault('unreachable', `cannot open ${path}: see that its folder exists and that this user may write there`)
    case READONLY:
      return fault('unreachable', `${path} is read-only: give this user the right to write the file and its folder`)
    case IOERR:
      return fault('other', `reading or writing ${path} failed: look at the disk and the system log`, true)
    default:
      return fault('other', `a statement on ${path} failed`)
  }
}

function fullText(path: string): string {
  return `no space left for ${path}: nothing of this transaction was kept; free some space and work goes on by itself`
}

function corruptText(path: string): string {
  return `${path} is damaged or no SQLite database: stop the service, move ${path}, ${path}-wal and ${path}-shm away, then restore a copy or start with an empty database and replay its topics`
}
