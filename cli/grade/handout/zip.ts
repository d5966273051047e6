import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  /** With `/`. */
  readonly path: string
  readonly bytes: Buffer
  readonly executable: boolean
}

const UTF8 = 0x0800
const DEFLATE = 8
const VERSION = 20
const UNIX = 3
/** 1 January 1980, the first day that a zip can tell: the same contents make the same file. */
const DATE = 0x21

/** A zip of these files, deflated, with names in UTF-8. For archives below 4 GB and 65,535 files. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const pieces: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, bytes, executable } of entries) {
    const name = Buffer.from(path)
    const packed = deflateRawSync(bytes)
    const facts = factsOf(name, bytes, packed)
    const local = Buffer.concat([header(0x04034b50, [VERSION]), facts, name, packed])
    const mode = executable ? 0o100755 : 0o100644
    const central = Buffer.alloc(14)
    central.writeUInt32LE(mode * 0x10000, 6)
    central.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([header(0x02014b50, [(UNIX << 8) | VERSION, VERSION]), facts, central, name]))
    pieces.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...pieces, central, header(0x06054b50, []), end])
}

function header(signature: number, words: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 + 2 * words.length)
  buffer.writeUInt32LE(signature)
  for (const [i, word] of words.entries()) buffer.writeUInt16LE(word, 4 + 2 * i)
  return buffer
}

/** What both headers of a file say: flags, method, time, date, checksum, sizes, length of the name, no extra field. */
function factsOf(name: Buffer, bytes: Buffer, packed: Buffer): Buffer {
  const facts = Buffer.alloc(24)
  facts.writeUInt16LE(UTF8, 0)
  facts.writeUInt16LE(DEFLATE, 2)
  facts.writeUInt16LE(DATE, 6)
  facts.writeUInt32LE(crc32(bytes), 8)
  facts.writeUInt32LE(packed.length, 12)
  facts.writeUInt32LE(bytes.length, 16)
  facts.writeUInt16LE(name.length, 20)
  return facts
}
