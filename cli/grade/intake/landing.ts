import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Caps, MB, MOST_SEEN } from './caps.ts'
import { type Finding, finding, Refused, shown } from './finding.ts'
import { readName } from './name.ts'

/** What an entry of an archive or a folder says that it is. Only files and folders are taken. */
export type EntryKind = 'file' | 'folder' | 'symlink' | 'hardlink' | 'special'

const OTHERS = {
  symlink: 'it is a symbolic link',
  hardlink: 'it is a link to another file',
  special: 'it is neither a file nor a folder',
} as const

type Chunks = AsyncIterable<Buffer>
const MOST_FINDINGS = 40

/** The one door through which anything of a submission gets on the disk, whatever it came in: names, sizes and counts are the same for all. */
export class Landing {
  files = 0
  bytes = 0
  readonly #findings: Finding[] = []
  readonly #left = new Set<string>()
  readonly #taken = new Map<string, { path: string; kind: EntryKind }>()
  readonly #root: string
  readonly #caps: Caps
  #entries = 0
  #seen = 0
  #unnamed = 0

  constructor(root: string, caps: Caps) {
    this.#root = root
    this.#caps = caps
  }

  get findings(): Finding[] {
    if (this.#unnamed === 0) return [...this.#findings]
    return [...this.#findings, finding('left-out', 'more', '', `${this.#unnamed} more entries were left out`)]
  }

  leave(id: string, path: string, why: string): void {
    if (this.#left.has(path)) return
    this.#left.add(path)
    if (this.#findings.length >= MOST_FINDINGS) this.#unnamed++
    else this.#findings.push(finding('left-out', id, path, `${shown(path)} was left out: ${why}`))
  }

  /** The relative path under which an entry is taken; undefined where it is left out. Throws `Refused`. */
  admit(name: string, kind: EntryKind): string | undefined {
    if (++this.#seen > MOST_SEEN) throw new Refused('too-many', '', `it has more than ${MOST_SEEN} entries`)
    const read = readName(name, this.#caps.depth)
    if (read.kind === 'quiet' || (read.kind === 'take' && read.path === '')) return undefined
    if (read.kind === 'leave') this.leave(read.id, read.path, read.what)
    else if (kind !== 'file' && kind !== 'folder') this.leave(kind, read.path, OTHERS[kind])
    else if (this.#isNew(read.path, kind)) return read.path
    return undefined
  }

  async folder(path: string): Promise<void> {
    await mkdir(join(this.#root, path), { recursive: true, mode: 0o700 })
  }

  /** Writes a file that was admitted; `read` is asked once there is a place for it. Bytes are counted as they come, whatever was announced. */
  async file(path: string, read: () => Chunks | Promise<Chunks>, isProgram: boolean): Promise<void> {
    const target = join(this.#root, path)
    await this.folder(join(path, '..'))
    const handle = await open(target, 'wx', isProgram ? 0o700 : 0o600)
    let size = 0
    try {
      for await (const chunk of await read()) {
        size += chunk.length
        if (size > this.#caps.file) break
        if (this.bytes + size > this.#caps.total) {
          throw new Refused('too-large', '', `its files are larger than ${this.#caps.total / MB} MB together`)
        }
        await handle.write(chunk)
      }
    } finally {
      await handle.close()
    }
    if (size > this.#caps.file) {
      await rm(target)
      this.tooLarge(path)
      return
    }
    this.files++
    this.bytes += size
  }

  tooLarge(path: string): void {
    this.leave('too-large', path, `it is larger than ${this.#caps.file / MB} MB`)
  }

  /** On some disks Order.ts and order.ts are one file: the first is taken, as there. */
  #isNew(path: string, kind: EntryKind): boolean {
    const folded = path.toLowerCase()
    const known = this.#taken.get(folded)
    if (known?.kind === 'folder' && kind === 'folder') return known.path === path || this.#collides(path, known.path)
    if (known?.path === path) throw new Refused('name-twice', path, `${shown(path)} is in it twice`)
    if (known !== undefined) return this.#collides(path, known.path)
    for (let at = folded.lastIndexOf('/'); at !== -1; at = folded.lastIndexOf('/', at - 1)) {
      const parent = folded.slice(0, at)
      const above = this.#taken.get(parent)
      if (above?.kind === 'file') {
        throw new Refused('name-twice', path, `${shown(above.path)} is both a file and a folder in it`)
      }
      if (above === undefined) this.#taken.set(parent, { path: path.slice(0, at), kind: 'folder' })
      else if (above.path !== path.slice(0, at)) return this.#collides(path, above.path)
      if (at === 0) break
    }
    this.#taken.set(folded, { path, kind })
    if (++this.#entries > this.#caps.entries) {
      throw new Refused('too-many', '', `it has more than ${this.#caps.entries} files and folders`)
    }
    return true
  }

  #collides(path: string, other: string): false {
    this.leave('name-collides', path, `but for upper and lower case it has the name of ${other}`)
    return false
  }
}
