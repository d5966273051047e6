import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { LIMITS } from '../../grade/sandbox/limits.ts'
import type { Bench } from './bench.ts'
import { LIMIT_PROBES } from './limit-probes.ts'
import { expect, type Probe } from './probe.ts'

const HOME = path.resolve(import.meta.dirname, '../../..')

const thief = async (bench: Bench, name: string) => {
  const words = ['node', 'file-thief.mjs', bench.other, HOME, path.join(HOME, 'answer-key'), bench.folder]
  const got = (await bench.facts(words))[name]
  const refused = typeof got === 'object' && got !== null && 'refused' in got ? String(got.refused) : undefined
  return refused === undefined ? `it could be read: ${JSON.stringify(got)}` : undefined
}
const hidden = (what: string, name: (bench: Bench) => string): Probe => ({
  group: 'files',
  what,
  look: (bench) => thief(bench, name(bench)),
})

const FILE_PROBES: readonly Probe[] = [
  hidden('the kit is not there', () => HOME),
  hidden('the answer key is not there', () => path.join(HOME, 'answer-key')),
  hidden('other submissions are not there', ({ other }) => other),
  hidden('a link to one of them leads nowhere', () => 'by a link'),
  hidden('the folder around the submission is not there', ({ folder }) => folder),
  hidden('home folders are not there', () => '/home'),
  hidden("root's folder is not there", () => '/root'),
  hidden("the system's passwords are not there", () => '/etc/shadow'),
  hidden('logs and spools are not there', () => '/var'),
  hidden('cgroups are not there', () => '/sys/fs/cgroup'),
]

const written = async (bench: Bench, name: (outside: string) => string) => {
  const outside = path.join(bench.folder, 'grades.db')
  const got = (await bench.facts(['node', 'writer-outside.mjs', outside]))[name(outside)]
  if (existsSync(outside)) return 'the file is there'
  return typeof got === 'string' && /^E[A-Z]+|ERR_/.test(got) ? undefined : String(got)
}
const readOnly = (what: string, name: (outside: string) => string): Probe => ({
  group: 'writing',
  what,
  look: (bench) => written(bench, name),
})

const WRITE_PROBES: readonly Probe[] = [
  readOnly('nothing is written outside its folder', (outside) => outside),
  readOnly('nor by a database', (outside) => `sqlite ${outside}`),
  readOnly('programs of the system stay as they are', () => '/usr/bin/owned'),
  readOnly("the kit's packages stay as they are", () => '/box/node_modules/owned'),
  readOnly('there is no room beside its folder', () => '/box/owned'),
  readOnly('nor among the devices', () => '/dev/owned'),
  readOnly("the sandbox's sockets stay as they are", () => 'a socket of its own'),
  {
    group: 'writing',
    what: 'the kit reads what was handed in, not what a program makes of it',
    look: async (bench) => {
      await written(bench, (outside) => outside)
      return expect(readFileSync(path.join(bench.box.workspace, 'lab.json'), 'utf8'), '{ "contract": 1 }')
    },
  },
]

const called = async (bench: Bench, name: string) =>
  (await bench.facts(['node', 'network-caller.mjs', String(bench.service.port)]))[name]
const unreachable = (what: string, name: string): Probe => ({
  group: 'network',
  what,
  look: async (bench) => {
    const end = await called(bench, name)
    return typeof end === 'string' && /^E[A-Z]+/.test(end) ? undefined : String(end)
  },
})

const NETWORK_PROBES: readonly Probe[] = [
  {
    group: 'network',
    what: 'services of this machine are out of reach',
    look: async (bench) => {
      await called(bench, 'loopback')
      return expect(bench.service.calls(), 0)
    },
  },
  unreachable('the metadata service is out of reach', 'metadata'),
  unreachable('the local network is out of reach', 'private'),
  unreachable('the internet is out of reach', 'internet'),
  unreachable('so it is by UDP', 'udp'),
  unreachable('no name is looked up', 'name'),
  unreachable('the Docker engine is out of reach', 'docker'),
  unreachable('sockets without a path are out of reach', 'abstract'),
]

const self = async (bench: Bench, name: string) => (await bench.facts(['node', 'self-look.mjs']))[name]
const GIVEN = ['HOME', 'NODE_COMPILE_CACHE', 'PATH', 'PWD', 'TMPDIR']

const RIGHT_PROBES: readonly Probe[] = [
  { group: 'rights', what: 'it has no capability', look: async (b) => expect(await self(b, 'capabilities'), true) },
  {
    group: 'rights',
    what: 'it can get no more rights',
    look: async (b) => expect(await self(b, 'noNewPrivileges'), true),
  },
  {
    group: 'rights',
    what: 'it makes no user namespace',
    look: async (b) => expect((await self(b, 'namespace')) !== 0, true),
  },
  { group: 'rights', what: 'it mounts nothing', look: async (b) => expect((await self(b, 'mount')) !== 0, true) },
  { group: 'rights', what: 'it does not become root', look: async (b) => expect((await self(b, 'root')) !== 0, true) },
  {
    group: 'rights',
    what: 'its environment holds nothing of ours',
    look: async (bench) => {
      const names = (await self(bench, 'environment')) as string[]
      const strange = names.filter((name) => !GIVEN.includes(name))
      return strange.length === 0 ? undefined : strange.join(' ')
    },
  },
  {
    group: 'rights',
    what: `it opens no more than ${LIMITS.fds} files`,
    look: async (bench) => {
      const [count, code] = (await self(bench, 'files')) as [number, string]
      return count < LIMITS.fds && code === 'EMFILE' ? undefined : `${count}, ${code}`
    },
  },
]

export const PROBES: readonly Probe[] = [
  ...FILE_PROBES,
  ...WRITE_PROBES,
  ...NETWORK_PROBES,
  ...RIGHT_PROBES,
  ...LIMIT_PROBES,
]
