import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import path from 'node:path'

/** A file or folder of this machine and where a program in the sandbox finds it. */
export interface Mount {
  readonly from: string
  readonly to: string
  readonly write?: true
}

/** Where things are, seen from inside. */
export const INSIDE = {
  node: '/opt/node/bin/node',
  supervisor: '/opt/lab/inside.mjs',
  /** Beside the shop, where Node looks for what the shop does not have itself. */
  modules: '/box/node_modules',
  /** Says that .js and .ts are modules, as the kit's own package.json does above a workspace. */
  manifest: '/box/package.json',
  shop: '/box/shop',
  /** Counts as the submission's own files. */
  compiled: '/box/shop/.compiled',
  /** The sockets of one program. */
  run: '/run/lab',
  /** The sockets of the submission: one a broker. */
  kafka: '/run/kafka',
} as const

/** What programs of any kind stand on. Not /usr/local, /home, /var, /etc: these are somebody's. */
const SYSTEM = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libexec', 'share']

export function systemMounts(): { mounts: Mount[]; links: { target: string; at: string }[] } {
  const mounts: Mount[] = []
  const links: { target: string; at: string }[] = []
  for (const name of SYSTEM) {
    if (existsSync(`/usr/${name}`)) mounts.push({ from: `/usr/${name}`, to: `/usr/${name}` })
    const top = `/${name}`
    if (name === 'share' || !existsSync(top)) continue
    if (lstatSync(top).isSymbolicLink()) links.push({ target: readlinkSync(top), at: top })
    else mounts.push({ from: top, to: top })
  }
  return { mounts, links }
}

/** `DIR/bin` of each tool chain, then Node, then the system's. */
export function searchPath(toolchains: readonly string[]): string {
  const own = toolchains.map((folder) => path.join(folder, 'bin')).filter((folder) => existsSync(folder))
  return [...own, path.dirname(INSIDE.node), '/usr/bin', '/bin'].join(':')
}

export const MANIFEST = '{ "name": "box", "private": true, "type": "module" }\n'

/** The files of /etc without which names, users and hosts are not known, and nothing of the machine's. */
export const ETC: Readonly<Record<string, string>> = {
  passwd: 'lab:x:65534:65534:lab:/tmp:/bin/sh\n',
  group: 'lab:x:65534:\n',
  hostname: 'lab\n',
  hosts: '127.0.0.1 localhost lab\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  'resolv.conf': '',
}
