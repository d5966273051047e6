import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { type Caps, MB, RATIO_FROM } from './caps.ts'
import { Refused, shown } from './finding.ts'
import type { EntryKind, Landing } from './landing.ts'

/** Headers, padding and what is left out may come on top of the files. */
const SLACK = 4

/** A .tar or .tar.gz file. */
export async function takeTar(source: string, landing: Landing, caps: Caps, isPacked: boolean): Promise<void> {
  const packed = createReadStream(source)
  await takeTarStream(packed, landing, caps, isPacked)
}

/** Entries as they come; nothing is believed before it is there. */
export async function takeTarStream(source: Readable, landing: Landing, caps: Caps, isPacked: boolean): Promise<void> {
  const reader = extract()
  const counted = new Counter(caps, isPacked)
  const flowing = isPacked
    ? pipeline(source, counted.before, createGunzip(), counted.behind, reader)
    : pipeline(source, counted.before, counted.behind, reader)
  flowing.catch(() => {})
  try {
    for await (const entry of reader) {
      const { header } = entry
      const path = landing.admit(header.name, kindOf(header))
      const kind = kindOf(header)
      if (path !== undefined && kind === 'folder') await landing.folder(path)
      else if (path !== undefined && header.size > caps.file) landing.tooLarge(path)
      else if (path !== undefined)
        await landing.file(path, () => entry as AsyncIterable<Buffer>, (header.mode & 0o100) !== 0)
      entry.resume()
    }
    await flowing
  } catch (error) {
    source.destroy()
    if (error instanceof Refused || (error as NodeJS.ErrnoException).syscall !== undefined) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new Refused('broken', '', `the archive is broken: ${shown(why)}`)
  }
}

function kindOf({ type }: Header): EntryKind {
  if (type === 'file' || type === 'contiguous-file') return 'file'
  if (type === 'directory') return 'folder'
  if (type === 'symlink') return 'symlink'
  return type === 'link' ? 'hardlink' : 'special'
}

/** Counts what goes into the unpacker and what comes out of it, and breaks off where there is too much of it. */
class Counter {
  readonly before: Transform
  readonly behind: Transform
  #packed = 0
  #unpacked = 0

  constructor(caps: Caps, isPacked: boolean) {
    this.before = through((bytes) => {
      this.#packed += bytes
      return undefined
    })
    this.behind = through((bytes) => {
      this.#unpacked += bytes
      if (this.#unpacked > SLACK * caps.total) {
        return new Refused('too-large', '', `it unpacks to more than ${(SLACK * caps.total) / MB} MB`)
      }
      const bomb = isPacked && this.#unpacked > RATIO_FROM && this.#unpacked > caps.ratio * this.#packed
      return bomb ? new Refused('bomb', '', `it unpacks to more than ${caps.ratio} times its size`) : undefined
    })
  }
}

function through(look: (bytes: number) => Error | undefined): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const error = look(chunk.length)
      if (error === undefined) done(null, chunk)
      else done(error)
    },
  })
}
