import { Refused, shown } from './finding.ts'

/** What programs lay down by themselves, and what a run must not take from a submission: the kit's own packages are used. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  node_modules: "the kit's own packages are used",
  '.git': 'only the files are graded, not their history',
  '.npmrc': 'nothing is ever installed from a submission',
}
/** Of no interest to anybody. */
const QUIET = new Set(['__MACOSX', '.DS_Store', 'Thumbs.db', 'desktop.ini'])

/** Names that a Windows disk takes for devices, with any ending. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i
const LONGEST_NAME = 255
const LONGEST_PATH = 1_000

export type Reading =
  /** Relative, with `/`, NFC; empty for the top itself. */
  | { readonly kind: 'take'; readonly path: string }
  | { readonly kind: 'leave'; readonly id: string; readonly what: string; readonly path: string }
  | { readonly kind: 'quiet' }

/**
 * What a name in an archive means, or why it is not taken. Throws `Refused` for a name that leads outside, or that no honest tool writes: whoever
 * sends one of these is not to be trusted with the rest.
 */
export function readName(name: string, depth: number): Reading {
  const path = name.replaceAll('\\', '/').normalize('NFC')
  if (path.startsWith('/')) throw new Refused('path-absolute', name, `the path ${shown(name)} is absolute`)
  if (/^[a-zA-Z]:/.test(path)) throw new Refused('path-drive', name, `the path ${shown(name)} names a drive`)
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.includes('..')) {
    throw new Refused('path-outside', name, `the path ${shown(name)} leads out of the submission`)
  }
  if (segments.some((segment) => QUIET.has(segment))) return { kind: 'quiet' }
  const skipped = segments.findIndex((segment) => segment in LEFT_OUT)
  if (skipped !== -1) {
    const what = LEFT_OUT[segments[skipped] as string] as string
    return { kind: 'leave', id: 'not-needed', what, path: segments.slice(0, skipped + 1).join('/') }
  }
  if (segments.length > depth) {
    throw new Refused('too-deep', name, `${shown(name)} lies deeper than ${depth} folders`)
  }
  const long = segments.some((segment) => Buffer.byteLength(segment) > LONGEST_NAME)
  if (long || Buffer.byteLength(path) > LONGEST_PATH) {
    throw new Refused('name-too-long', name, `a name is longer than ${LONGEST_NAME} bytes: ${shown(name)}`)
  }
  return { ...unusable(segments), path: segments.join('/') }
}

function unusable(segments: readonly string[]) {
  const leave = (id: string, what: string) => ({ kind: 'leave', id, what }) as const
  for (const segment of segments) {
    if (/[\p{Cc}\u{fffd}\p{Zl}\p{Zp}]/u.test(segment)) return leave('name-unprintable', 'its name cannot be printed')
    if (RESERVED.test(segment)) return leave('name-reserved', 'its name is that of a device on Windows')
    if (/[. ]$/.test(segment)) return leave('name-trailing', 'its name ends with a dot or a space')
    if (segment.endsWith('.node')) return leave('not-needed', 'compiled add-ons are not loaded')
  }
  return { kind: 'take' } as const
}
