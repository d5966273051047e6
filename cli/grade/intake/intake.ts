/** What an archive or a folder may hold. */
export interface Caps {
  /** Bytes of the archive itself. */
  readonly archive: number
  /** Files and folders. */
  readonly entries: number
  /** Bytes of one file. */
  readonly file: number
  /** Bytes of all files. */
  readonly total: number
  /** Folders within folders. */
  readonly depth: number
  /** Unpacked bytes to packed ones. */
  readonly ratio: number
}

const MB = 2 ** 20

export const CAPS: Caps = { archive: 20 * MB, entries: 2_000, file: 5 * MB, total: 50 * MB, depth: 12, ratio: 100 }

/**
 * `refused`: nothing of the submission was taken, it gets no check. `left-out`: a file or folder that was not taken, the rest was. `look`: it was
 * taken, and an instructor may want to look at it (a path outside, an address, an import that the kit does not have).
 */
export interface Finding {
  readonly kind: 'refused' | 'left-out' | 'look'
  /** A stable name for machines: `path-outside`, `symlink`, `too-large`, `imports-unknown`, … */
  readonly id: string
  /** As it stands in the archive, made safe to print; empty where the whole is meant. */
  readonly path: string
  /** One sentence for the report, safe to print. */
  readonly what: string
}

export interface Intake {
  /** Was it taken? False where a finding is `refused`; the destination is then empty. */
  readonly taken: boolean
  readonly kind: 'folder' | 'zip' | 'tar' | 'git'
  /** The workspace within the destination: the folder with lab.json nearest to its top, else the single folder at its top, else itself. */
  readonly workspace: string
  /** Files and bytes that were taken. */
  readonly files: number
  readonly bytes: number
  readonly findings: readonly Finding[]
}

/**
 * Takes a submission in: a folder, a .zip, a .tar.gz (.tgz, .tar) or a git bundle (.bundle), told by its first bytes, never by its name. `destination`
 * must not exist yet; its files are 0600, its folders 0700. Rejects only where the machine is at fault (disk full, no right to read); whatever a
 * submission holds is told in findings.
 */
export async function takeIn(source: string, destination: string, caps: Partial<Caps> = {}): Promise<Intake> {
  throw new Error(`not yet: ${source} ${destination} ${{ ...CAPS, ...caps }.total}`)
}
