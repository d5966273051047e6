import { type ZipEntry, zipOf } from './zip-writer.ts'

export interface HostileZip {
  readonly name: string
  readonly bytes: () => Buffer
  /** The finding that names it. */
  readonly finds: string
  /** Is the whole refused, or is the rest taken? */
  readonly refused: boolean
}

const good: ZipEntry = { name: 'shop/lab.json', data: '{}' }
const MB = 2 ** 20

const refused = (name: string, finds: string, ...entries: ZipEntry[]): HostileZip => {
  return { name, finds, refused: true, bytes: () => zipOf([good, ...entries]) }
}
const leftOut = (name: string, finds: string, ...entries: ZipEntry[]): HostileZip => {
  return { name, finds, refused: false, bytes: () => zipOf([good, ...entries]) }
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i): ZipEntry => ({ name: `shop/file-${i}`, data: 'x' }))

/** Twenty ways in which an archive can mean harm, and a few in which it is merely broken. */
export const HOSTILE_ZIPS: readonly HostileZip[] = [
  refused('a path that leads out', 'path-outside', { name: '../../escaped.txt', data: 'x' }),
  refused('a path that leads out with backslashes', 'path-outside', { name: '..\\..\\escaped.txt', data: 'x' }),
  refused('a path that leads out in its middle', 'path-outside', { name: 'shop/a/../../../escaped.txt', data: 'x' }),
  refused('an absolute path', 'path-absolute', { name: '/tmp/escaped.txt', data: 'x' }),
  refused('a drive letter', 'path-drive', { name: 'C:\\escaped.txt', data: 'x' }),
  leftOut('a symbolic link', 'symlink', { name: 'shop/link', data: '/etc/passwd', mode: 0o120777 }),
  leftOut('a fifo', 'special', { name: 'shop/pipe', mode: 0o010644 }),
  leftOut('a device', 'special', { name: 'shop/disk', mode: 0o060644 }),
  refused('a bomb of 300 MB', 'bomb', { name: 'shop/bomb', data: Buffer.alloc(300 * MB) }),
  refused('a size that lies', 'size-lies', { name: 'shop/small', data: Buffer.alloc(4 * MB, 'ab'), says: 10 }),
  refused('20,000 entries', 'too-many', ...many(20_000)),
  leftOut('two names but for their case', 'name-collides', { name: 'shop/LAB.json', data: '{"contract":2}' }),
  refused('a name that is there twice', 'name-twice', { name: 'shop/lab.json', data: '{"contract":2}' }),
  refused('a file that is a folder as well', 'name-twice', { name: 'shop/lab.json/x', data: 'x' }),
  refused('folders in folders', 'too-deep', { name: `${'d/'.repeat(40)}x`, data: 'x' }),
  refused('a name of 3,000 letters', 'name-too-long', { name: `shop/${'n'.repeat(3_000)}`, data: 'x' }),
  refused(
    'entries that share their bytes',
    'overlap',
    { name: 'a', data: 'x'.repeat(99) },
    { name: 'b', overlaps: true },
  ),
  refused('a megabyte of nothing', 'bomb', { name: 'shop/nothing', data: Buffer.alloc(2 * MB) }),
  refused('56 MB in pieces', 'too-large', ...pieces()),
  leftOut('the name of a device on Windows', 'name-reserved', { name: 'shop/CON.txt', data: 'x' }),
  leftOut('a name that writes to the terminal', 'name-unprintable', { name: 'shop/\u001b]0;owned\u0007', data: 'x' }),
  leftOut('packages', 'not-needed', { name: 'shop/node_modules/kafkajs/index.js', data: 'steal()' }),
  leftOut('a git folder', 'not-needed', { name: 'shop/.git/hooks/post-checkout', data: '#!/bin/sh', mode: 0o100755 }),
  leftOut('settings of npm', 'not-needed', { name: 'shop/.npmrc', data: 'registry=http://10.0.0.1' }),
  leftOut('a compiled add-on', 'not-needed', { name: 'shop/evil.node', data: 'ELF' }),
  refused('an encrypted file', 'encrypted', { name: 'shop/secret', data: 'x', encrypted: true }),
]

/** Text that packs well, but not too well, so that only the sum is too large. */
function pieces(): ZipEntry[] {
  const lines = Array.from(
    { length: 90_000 },
    (_, i) => `${(i * 7_919) % 100_003} all work and no play makes a dull boy\n`,
  )
  const data = lines.join('').slice(0, 4 * MB)
  return Array.from({ length: 14 }, (_, i) => ({ name: `shop/piece-${i}`, data }))
}
