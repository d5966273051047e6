/** Where things lie on the machine of an instructor must not matter: closed folders, tool chains, what a killed grading left. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { Child } from '../../../cli/check/child.ts'
import { Recorder } from '../../../cli/check/recorder.ts'
import { openSandbox } from '../../../cli/grade/sandbox/sandbox.ts'
import { toolchainProblem } from '../../../cli/grade/sandbox/toolchains.ts'
import { everywhere, NO_BROKER, processesWith, until } from './boxed.ts'

/** To be deleted once its sandbox is closed: a disk may be mounted in there. */
async function closedFolder(): Promise<{ closed: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lab-places-'))
  const closed = path.join(folder, "teacher's ü folder")
  mkdirSync(path.join(closed, 'in'), { recursive: true })
  writeFileSync(path.join(closed, 'in/lab.json'), '{}')
  chmodSync(closed, 0o700)
  return { closed, remove: () => rm(folder, { recursive: true, force: true }) }
}

everywhere(
  'given a grading below a folder that others cannot pass, when a program runs, then its folder, its tools and its files are there',
  async (t, tier) => {
    const { closed, remove } = await closedFolder()
    const tools = path.join(closed, 'tools')
    mkdirSync(path.join(tools, 'bin'), { recursive: true })
    writeFileSync(path.join(tools, 'bin/greet'), '#!/bin/sh\necho "hello $1"\n')
    chmodSync(path.join(tools, 'bin/greet'), 0o755)
    const log = path.join(closed, 'notification.log')
    writeFileSync(log, 'Email Sent\n')
    const box = await openSandbox({
      tier: { tier },
      submission: path.join(closed, 'in'),
      work: path.join(closed, 'work'),
      brokers: [NO_BROKER],
      toolchains: [tools],
    })
    t.after(() => box.close().then(remove))
    const script = `greet you && cat "${log}" && echo kept > state && cat lab.json && echo && (echo x >> "${log}" || echo read-only)`
    const launch = { name: 'test', words: ['sh', '-c', script], cwd: '/', env: {}, mark: 'test', reads: [log] }
    const child = await Child.start(launch, new Recorder('places', 1, ''), box.launcher)
    await child.gone
    const out = child.story.lines.filter(({ stream }) => stream === 'out').map(({ text }) => text)
    assert.deepEqual(out, ['hello you', 'Email Sent', '{}', 'read-only'], child.story.tail.join('\n'))
    assert.equal(readFileSync(log, 'utf8'), 'Email Sent\n')
    const second = await Child.start(
      { ...launch, words: ['cat', 'state'] },
      new Recorder('places', 1, ''),
      box.launcher,
    )
    await second.gone
    assert.equal(second.story.lines[0]?.text, 'kept', 'its programs share a folder')
    await box.close()
    assert.ok(!existsSync(path.join(closed, 'work')))
  },
)

everywhere('given a grading that was killed, when the next one begins, then nothing of it is left', async (t, tier) => {
  const { closed, remove } = await closedFolder()
  t.after(remove)
  const open = path.resolve(import.meta.dirname, '../../../cli/grade/sandbox/sandbox.ts')
  const work = path.join(closed, 'work')
  const token = `orphan-${process.pid}-${performance.now()}`
  const launch = {
    name: 'a',
    words: ['sleep', '1000'],
    cwd: '/',
    env: { TOKEN: token },
    mark: '',
    stdin: false,
    calls: [],
    reads: [],
  }
  const code = `
    const { openSandbox } = await import(${JSON.stringify(open)})
    const box = await openSandbox(${JSON.stringify({ tier: { tier }, submission: path.join(closed, 'in'), work, brokers: [] })})
    await box.launcher.launch(${JSON.stringify(launch)})
    console.log('open')
    setInterval(() => {}, 1000)`
  const grading = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await Promise.race([once(grading.stdout, 'data'), once(grading, 'exit')])
  assert.ok(processesWith(token).length > 0)
  const rooms = () =>
    readdirSync('/tmp').filter((name) => name.startsWith('saga-lab-box-') && ownerOf(name) === grading.pid)
  assert.equal(rooms().length, 1)
  const [room = ''] = rooms()
  grading.kill('SIGKILL')
  await once(grading, 'exit')
  await until('its programs end with it', () => processesWith(token).length === 0, 5_000)
  const sweep = `const { sweepDens } = await import(${JSON.stringify(open.replace('sandbox.ts', 'den.ts'))}); await sweepDens()`
  await once(spawn(process.execPath, ['--input-type=module', '-e', sweep], { stdio: 'inherit' }), 'exit')
  assert.deepEqual(rooms(), [])
  assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(closed.slice(0, closed.lastIndexOf('/'))))
  for (const controller of ['memory', 'pids', 'cpu', '.']) {
    assert.ok(!existsSync(path.join('/sys/fs/cgroup', controller, room)))
  }
})

function ownerOf(room: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(path.join('/tmp', room, 'owner.json'), 'utf8')) as { owner: { pid: number } }).owner
      .pid
  } catch {
    return undefined
  }
}

test('given tool chains that would show more than tools, when a sandbox is opened, then each is refused with a reason', async (t) => {
  const { closed, remove } = await closedFolder()
  t.after(remove)
  const kit = path.resolve(import.meta.dirname, '../../..')
  const secrets = [kit, path.join(closed, 'in')]
  for (const folder of [
    'tools',
    '/no/such/folder',
    '/',
    '/home',
    kit,
    path.join(kit, 'answer-key'),
    path.dirname(kit),
    closed,
  ]) {
    assert.match(toolchainProblem(folder, secrets) ?? 'accepted', /tool chain/, folder)
  }
  assert.equal(toolchainProblem('/usr/lib', secrets), undefined)
})
