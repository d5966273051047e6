/** What an archive or a folder may hold. */
export interface Caps {
  /** Bytes of the archive itself. */
  readonly archive: number
  /** Files and folders that are taken. */
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

export const MB = 2 ** 20

export const CAPS: Caps = { archive: 20 * MB, entries: 2_000, file: 5 * MB, total: 50 * MB, depth: 12, ratio: 100 }

/** Below this, a high ratio is no bomb but an empty file. */
export const RATIO_FROM = 1 * MB

/** Entries that are looked at, whether they are taken or not. */
export const MOST_SEEN = 100_000
