/** What the name of a file or folder in a download tells about whose it is. */
export interface Named {
  readonly layout: Layout
  readonly name: string
  readonly id: string | null
  readonly login: string | null
  /** Handed in behind its time, as the platform says. */
  readonly late: boolean
  /** Of several hand-ins of a student the highest is the latest; 0 where the name does not say. */
  readonly attempt: number
}
export type Layout = 'plain' | 'moodle' | 'canvas' | 'classroom'

export const ARCHIVE = /\.(zip|tar|tar\.gz|tgz|bundle)$/i

/** `Ada Lovelace_4711_assignsubmission_file`, with `_` and a file's name behind it where Moodle made no folders. */
const MOODLE = /^(?<name>.+?)_(?<id>\d+)_assignsubmission_file(_.*)?$/u
/** `lovelaceada_LATE_4711_98765_shop-2.zip`: user 4711, file 98765, the third hand-in. */
const CANVAS = /^(?<name>[\p{L}\p{M}'’-]+)_(?<late>LATE_)?(?<id>\d+)_\d+_(?<rest>.+)$/u

export function readName(entry: string, prefix: string): Named {
  const bare = entry.replace(ARCHIVE, '')
  const none = { id: null, login: null, late: false, attempt: 0 }
  const moodle = MOODLE.exec(bare)?.groups
  if (moodle !== undefined) return { ...none, layout: 'moodle', name: moodle.name ?? bare, id: moodle.id ?? null }
  const canvas = CANVAS.exec(bare)?.groups
  if (canvas !== undefined && ARCHIVE.test(entry)) {
    const attempt = Number(/-(\d{1,2})$/.exec(canvas.rest ?? '')?.[1] ?? 0)
    const facts = { late: canvas.late !== undefined, attempt, id: canvas.id ?? null }
    return { ...none, ...facts, layout: 'canvas', name: canvas.name ?? bare }
  }
  if (prefix !== '' && bare.startsWith(prefix)) {
    const login = bare.slice(prefix.length)
    return { ...none, layout: 'classroom', name: login, login }
  }
  return { ...none, layout: 'plain', name: bare }
}

/**
 * `lab-kafka-` for the clones `lab-kafka-ada`, `lab-kafka-bob-m`: what GitHub Classroom puts before each login. Empty where the folders are no
 * clones, are fewer than two, or share nothing that ends in a hyphen.
 */
export function classroomPrefix(clones: readonly string[], all: readonly string[]): string {
  if (clones.length < 2 || clones.length < all.length) return ''
  const [first = '', ...others] = clones
  let end = 0
  while (end < first.length && others.every((one) => one[end] === first[end])) end++
  const prefix = first.slice(0, first.slice(0, end).lastIndexOf('-') + 1)
  return clones.every((one) => one.length > prefix.length) ? prefix : ''
}
