import { crc32, deflateRawSync } from 'node:zlib'

/** One entry as an archive tells it; every field can be told wrong. */
export interface ZipEntry {
  readonly name: string | Buffer
  readonly data?: Buffer | string
  /** Unix mode with the kind in it, such as 0o120777 for a symbolic link. */
  readonly mode?: number
  /** What the directory says of the unpacked size. */
  readonly says?: number
  /** Take the bytes of the entry before it once more. */
  readonly overlaps?: boolean
  readonly encrypted?: boolean
}

/** A .zip byte by byte, so that it can be wrong where no honest tool would be. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  let last = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const data = Buffer.from(entry.data ?? '')
    const packed = deflateRawSync(data)
    const from = entry.overlaps ? last : at
    const local = header(entry, name, data, packed)
    if (!entry.overlaps) {
      bodies.push(local, name, packed)
      last = at
      at += local.length + name.length + packed.length
    }
    directory.push(centralOf(local, entry, from), name)
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...bodies, central, end])
}

function header(entry: ZipEntry, name: Buffer, data: Buffer, packed: Buffer): Buffer {
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(20, 4)
  local.writeUInt16LE(entry.encrypted ? 0x801 : 0x800, 6)
  local.writeUInt16LE(8, 8)
  local.writeUInt32LE(crc32(data), 14)
  local.writeUInt32LE(packed.length, 18)
  local.writeUInt32LE(entry.says ?? data.length, 22)
  local.writeUInt16LE(name.length, 26)
  return local
}

function centralOf(local: Buffer, { mode = 0o100644 }: ZipEntry, from: number): Buffer {
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE(0x0314, 4)
  local.copy(central, 6, 4, 30)
  central.writeUInt32LE((mode << 16) >>> 0, 38)
  central.writeUInt32LE(from, 42)
  return central
}
