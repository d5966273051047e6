import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { findCgroups, openCgroup, placeOf, removeCgroup } from './cgroup.ts'
import { LIMITS } from './limits.ts'

/** Plain folders: what is written where. That the kernel heeds it, the attacks on a real sandbox show. */
async function fakeTree(t: TestContext, version: 1 | 2) {
  const root = await mkdtemp(path.join(tmpdir(), 'lab-cgroup-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  if (version === 2) await writeFile(path.join(root, 'cgroup.controllers'), 'cpu memory pids\n')
  else for (const name of ['memory', 'pids', 'cpu']) await mkdir(path.join(root, name))
  const read = (...parts: string[]) => readFileSync(path.join(root, ...parts), 'utf8')
  return { root, read }
}

test('given cgroups of version 2, when a program gets its group, then controllers, memory, processes and time are set', async (t) => {
  const { root, read } = await fakeTree(t, 2)
  const { place, why } = await findCgroups(root)
  assert.ok(place, why)
  assert.equal(read('cgroup.subtree_control'), '+memory +pids +cpu')
  const group = await (await openCgroup(place, 'box', LIMITS)).program('box-1')
  assert.equal(read('box', 'cgroup.subtree_control'), '+memory +pids +cpu')
  assert.equal(read('box', 'cpu.max'), '100000 100000')
  assert.equal(read('box', 'p1', 'memory.max'), String(384 * 2 ** 20))
  assert.equal(read('box', 'p1', 'memory.swap.max'), '0')
  assert.equal(read('box', 'p1', 'pids.max'), '128')
  assert.deepEqual(group.doors, [path.join(root, 'box/p1/cgroup.procs')])
  await writeFile(
    path.join(root, 'box/p1/memory.events'),
    'low 0\nhigh 0\nmax 12\noom 1\noom_kill 3\noom_group_kill 0\n',
  )
  await writeFile(path.join(root, 'box/p1/pids.events'), 'max 7\n')
  assert.deepEqual(await group.events(), { oomKills: 3, refusedForks: 7 })
})

/** Of the kernel's own tree: a plain folder refuses nothing. */
const isRootOfUnified = process.getuid?.() === 0 && existsSync('/sys/fs/cgroup/cgroup.controllers')

test('given a group of version 2 with a process in it, as in a container, when groups are to be made below it, then that moves down', {
  skip: isRootOfUnified ? false : 'needs cgroups of version 2, as root',
}, async (t) => {
  assert.ok((await findCgroups()).place)
  const root = await mkdtemp('/sys/fs/cgroup/lab-cgroup-')
  const sleeper = spawn('sleep', ['1000'])
  t.after(async () => {
    sleeper.kill('SIGKILL')
    await removeCgroup({ version: 2, memory: root, pids: root, cpu: root }, '.')
  })
  await writeFile(path.join(root, 'cgroup.procs'), String(sleeper.pid))
  const { place, why } = await findCgroups(root)
  assert.ok(place, why)
  assert.match(readFileSync(`/proc/${sleeper.pid}/cgroup`, 'utf8'), /\/saga-lab-main$/m)
  const tree = await openCgroup(place, 'box', LIMITS)
  await tree.program('box-1')
  assert.match(readFileSync(path.join(root, 'box/p1/pids.max'), 'utf8'), /^128$/m)
  await tree.remove()
})

test('given cgroups of version 1, when a program gets its group, then each controller has its own', async (t) => {
  const { root, read } = await fakeTree(t, 1)
  const { place, why } = await findCgroups(root)
  assert.ok(place, why)
  const group = await (await openCgroup(place, 'box', LIMITS)).program('box-1')
  assert.equal(read('cpu', 'box', 'cpu.cfs_quota_us'), '100000')
  assert.equal(read('memory', 'box', 'p1', 'memory.limit_in_bytes'), String(384 * 2 ** 20))
  assert.equal(read('pids', 'box', 'p1', 'pids.max'), '128')
  assert.equal(group.doors.length, 3)
  await writeFile(path.join(root, 'memory/box/p1/memory.oom_control'), 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n')
  assert.deepEqual(await group.events(), { oomKills: 2, refusedForks: 0 })
})

test('given no cgroups, when they are looked for, then it is said where none can be made', async (t) => {
  const { root } = await fakeTree(t, 1)
  await rm(path.join(root, 'pids'), { recursive: true })
  const { place, why } = await findCgroups(root)
  assert.equal(place, undefined)
  assert.match(why, /ENOENT at .*pids/)
})

test('given the groups of a process, when they are of version 1 or of version 2, then their folders are known', () => {
  const folder = (name: string) => `/sys/fs/cgroup/${name}`
  assert.deepEqual(placeOf('8:pids:/docker/c1\n4:memory:/docker/c1\n1:cpu,cpuacct:/docker/c1\n0::/\n'), {
    ...{ version: 1, memory: folder('memory/docker/c1'), pids: folder('pids/docker/c1') },
    cpu: folder('cpu/docker/c1'),
  })
  const one = folder('system.slice/docker-c1.scope')
  assert.deepEqual(placeOf('0::/system.slice/docker-c1.scope\n'), { version: 2, memory: one, pids: one, cpu: one })
})
