import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl'
import { type Caps, MB, MOST_SEEN, RATIO_FROM } from './caps.ts'
import { Refused, shown } from './finding.ts'
import type { EntryKind, Landing } from './landing.ts'

interface Wanted {
  readonly entry: Entry
  readonly path: string
  readonly kind: EntryKind
}

const S_IFMT = 0o170000
const KINDS = new Map<number, EntryKind>([
  [0o120000, 'symlink'],
  [0o040000, 'folder'],
  [0o100000, 'file'],
  [0, 'file'],
])

/** Looks at the whole directory first and unpacks only if nothing in it is wrong. */
export async function takeZip(source: string, landing: Landing, caps: Caps): Promise<void> {
  const zip = await openPromise(source, { lazyEntries: true, autoClose: false, decodeStrings: false }).catch(broken)
  try {
    const entries = await entriesOf(zip)
    requireApart(entries)
    const wanted = entries.flatMap((entry): Wanted[] => {
      const name = nameOf(entry)
      const kind = kindOf(entry, name)
      const path = landing.admit(name, kind)
      return path === undefined ? [] : [{ entry, path, kind }]
    })
    requireSize(wanted, caps)
    for (const { entry, path, kind } of wanted) {
      if (kind === 'folder') await landing.folder(path)
      else if (entry.uncompressedSize > caps.file) landing.tooLarge(path)
      else await unpack(zip, entry, path, landing)
    }
  } finally {
    zip.close()
  }
}

function broken(error: unknown): never {
  const why = error instanceof Error ? error.message : String(error)
  throw new Refused('broken', '', `the archive is broken: ${why}`)
}

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MOST_SEEN) throw new Refused('too-many', '', `it has more than ${MOST_SEEN} entries`)
  const entries: Entry[] = []
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry)
  } catch (error) {
    broken(error)
  }
  return entries
}

/** UTF-8 where it is that, said or not (macOS does not say it); else the code page of old Windows tools. */
function nameOf({ fileNameRaw, extraFields }: Entry): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fileNameRaw)
  } catch {
    return getFileNameLowLevel(0, fileNameRaw, extraFields, true)
  }
}

function kindOf({ externalFileAttributes }: Entry, name: string): EntryKind {
  const kind = KINDS.get((externalFileAttributes >>> 16) & S_IFMT) ?? 'special'
  return kind === 'file' && /[\\/]$/.test(name) ? 'folder' : kind
}

/** Entries that share their bytes let a small archive hold a large one many times over. */
function requireApart(entries: readonly Entry[]): void {
  const spans = entries
    .map((entry) => ({
      from: entry.relativeOffsetOfLocalHeader,
      length: 30 + entry.fileNameLength + entry.compressedSize,
    }))
    .sort((a, b) => a.from - b.from)
  for (const [i, { from }] of spans.entries()) {
    const before = spans[i - 1]
    if (before !== undefined && before.from + before.length > from) {
      throw new Refused('overlap', '', 'its entries overlap: an archive that no honest tool makes')
    }
  }
}

/** What the directory announces; the bytes that come are counted once more. */
function requireSize(wanted: readonly Wanted[], caps: Caps): void {
  let total = 0
  for (const { entry, path } of wanted) {
    if (entry.isEncrypted()) throw new Refused('encrypted', path, `${shown(path)} is encrypted`)
    if (!entry.canDecodeFileData()) {
      throw new Refused(
        'compression-unknown',
        path,
        `${shown(path)} is compressed in an unusual way; make a plain .zip`,
      )
    }
    const { uncompressedSize, compressedSize } = entry
    if (uncompressedSize > RATIO_FROM && uncompressedSize > caps.ratio * Math.max(compressedSize, 1)) {
      throw new Refused('bomb', path, `${shown(path)} unpacks to more than ${caps.ratio} times its size`)
    }
    if (uncompressedSize <= caps.file) total += uncompressedSize
  }
  if (total > caps.total) {
    throw new Refused('too-large', '', `its files are larger than ${caps.total / MB} MB together`)
  }
}

async function unpack(zip: ZipFile, entry: Entry, path: string, landing: Landing): Promise<void> {
  const isProgram = ((entry.externalFileAttributes >>> 16) & 0o100) !== 0
  try {
    await landing.file(path, () => zip.openReadStreamPromise(entry), isProgram)
  } catch (error) {
    if (error instanceof Refused || (error as NodeJS.ErrnoException).syscall !== undefined) throw error
    const why = error instanceof Error ? error.message : String(error)
    const id = /size|too (many|few) bytes|not enough bytes/i.test(why) ? 'size-lies' : 'broken'
    throw new Refused(id, path, `${shown(path)} cannot be unpacked: ${why}`)
  }
}
