/** Archives and folders that mean harm: nothing gets out, and each is named. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { takeIn } from '../../../cli/grade/intake/intake.ts'
import { zipOf } from './zip-writer.ts'
import { HOSTILE_ZIPS } from './zips.ts'

async function place(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lab-intake-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  mkdirSync(path.join(folder, 'deep/deeper'), { recursive: true })
  const destination = path.join(folder, 'deep/deeper/taken')
  const inside = () => readdirSync(destination, { recursive: true }).map(String).sort()
  /** Everything of the place that is not what was handed in or taken. */
  const strays = () =>
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => /escaped/.test(name))
  return { folder, destination, inside, strays, source: (name: string) => path.join(folder, name) }
}

for (const hostile of HOSTILE_ZIPS) {
  const end = hostile.refused ? 'all of it is refused' : 'the rest is taken'
  test(`given a zip with ${hostile.name}, when it is taken in, then ${end} and it is named ${hostile.finds}`, async (t) => {
    const { source, destination, inside, strays } = await place(t)
    writeFileSync(source('hand-in.zip'), hostile.bytes())
    const began = performance.now()
    const intake = await takeIn(source('hand-in.zip'), destination)
    assert.ok(performance.now() - began < 10_000)
    assert.equal(intake.taken, !hostile.refused)
    const named = intake.findings.find(({ id }) => id === hostile.finds)
    assert.ok(named, JSON.stringify(intake.findings))
    assert.doesNotMatch(`${named.what}${named.path}`, /[\p{Cc}]/u)
    assert.deepEqual(inside(), hostile.refused ? [] : ['shop', 'shop/lab.json'])
    assert.deepEqual(strays(), [])
    assert.ok(!existsSync('/tmp/escaped.txt'))
  })
}

test('given a good zip of macOS or Windows, when it is taken in, then names, folders and the place of lab.json are found', async (t) => {
  const { source, destination, inside } = await place(t)
  const entries = [
    { name: 'Meine Lösung/shop\\lab.json', data: '{}' },
    { name: 'Meine Lösung/shop/Übung.ts', data: 'x' },
    { name: Buffer.from('Meine L\u0094sung/f\u0081r.ts', 'latin1'), data: 'code page 437' },
    { name: '__MACOSX/._lab.json', data: 'x' },
    { name: 'Meine Lösung/.DS_Store', data: 'x' },
    { name: 'Meine Lösung/leer/', mode: 0o040755 },
  ]
  writeFileSync(source('hand-in.zip'), zipOf(entries))
  const intake = await takeIn(source('hand-in.zip'), destination)
  assert.deepEqual(intake.findings, [])
  assert.deepEqual([intake.taken, intake.kind, intake.files], [true, 'zip', 3])
  assert.equal(intake.workspace, path.join(destination, 'Meine Lösung/shop'))
  assert.ok(inside().includes('Meine Lösung/für.ts') && inside().includes('Meine Lösung/leer'))
})

test('given a tar.gz with links, devices, a way out and a bomb, when it is taken in, then it has the rules of a zip', async (t) => {
  const { source, destination, inside, strays } = await place(t)
  const tar = async (file: string, fill: (archive: ReturnType<typeof pack>) => void) => {
    const archive = pack()
    archive.entry({ name: 'lab.json' }, '{}')
    fill(archive)
    archive.finalize()
    const chunks: Buffer[] = []
    for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk)
    writeFileSync(source(file), gzipSync(Buffer.concat(chunks)))
    return await takeIn(source(file), destination)
  }
  const links = await tar('links.tar.gz', (archive) => {
    archive.entry({ name: 'a', type: 'symlink', linkname: '/etc/passwd' })
    archive.entry({ name: 'b', type: 'link', linkname: 'lab.json' })
    archive.entry({ name: 'c', type: 'character-device', devmajor: 1, devminor: 3 })
    archive.entry({ name: 'node_modules/x' }, 'x')
  })
  assert.deepEqual(links.findings.map(({ id }) => id).sort(), ['hardlink', 'not-needed', 'special', 'symlink'])
  assert.deepEqual(inside(), ['lab.json'])
  await rm(destination, { recursive: true })
  const out = await tar('out.tar.gz', (archive) => void archive.entry({ name: '../../escaped.txt' }, 'x'))
  assert.deepEqual([out.taken, out.findings[0]?.id, inside(), strays()], [false, 'path-outside', [], []])
  await rm(destination, { recursive: true })
  const bomb = await tar('bomb.tar.gz', (archive) => void archive.entry({ name: 'x' }, Buffer.alloc(60 * 2 ** 20)))
  assert.deepEqual([bomb.taken, bomb.findings[0]?.id, inside()], [false, 'bomb', []])
})

test('given a folder with links out, a fifo and what cannot be read, when it is taken in, then only its own files are', async (t) => {
  const { source, destination, inside } = await place(t)
  const shop = source('shop')
  mkdirSync(path.join(shop, '.git'), { recursive: true })
  writeFileSync(path.join(shop, 'lab.json'), '{}')
  writeFileSync(path.join(shop, '.git/config'), 'x')
  writeFileSync(path.join(shop, 'run.sh'), 'x')
  chmodSync(path.join(shop, 'run.sh'), 0o4777)
  symlinkSync('/etc/passwd', path.join(shop, 'passwd'))
  symlinkSync('..', path.join(shop, 'up'))
  execFileSync('mkfifo', [path.join(shop, 'pipe')])
  const intake = await takeIn(shop, destination)
  assert.deepEqual(inside(), ['lab.json', 'run.sh'])
  assert.deepEqual(intake.findings.map(({ id }) => id).sort(), ['not-needed', 'special', 'symlink', 'symlink'])
  assert.equal(statSync(path.join(destination, 'run.sh')).mode & 0o7777, 0o700)
  assert.equal(statSync(path.join(destination, 'lab.json')).mode & 0o7777, 0o600)
})

test('given a git bundle with a link and a hook in its tree, when it is taken in, then its files are and nothing was run', {
  skip: spawnSync('git', ['--version']).error === undefined ? false : 'git is not installed',
}, async (t) => {
  const { source, destination, inside } = await place(t)
  const work = source('work')
  mkdirSync(path.join(work, 'order'), { recursive: true })
  writeFileSync(path.join(work, 'lab.json'), '{}')
  writeFileSync(path.join(work, 'order/main.ts'), 'x')
  writeFileSync(path.join(work, '.gitattributes'), '* filter=evil\n')
  symlinkSync('/etc/passwd', path.join(work, 'passwd'))
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...words], { cwd: work, stdio: 'pipe' })
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'all')
  git('bundle', 'create', '../hand-in.bundle', '--all')
  const intake = await takeIn(source('hand-in.bundle'), destination)
  assert.deepEqual([intake.taken, intake.kind], [true, 'git'])
  assert.deepEqual(inside(), ['.gitattributes', 'lab.json', 'order', 'order/main.ts'])
  assert.deepEqual(
    intake.findings.map(({ id }) => id),
    ['symlink'],
  )
  await rm(destination, { recursive: true })
  writeFileSync(source('broken.bundle'), '# v2 git bundle\nnonsense\n')
  const broken = await takeIn(source('broken.bundle'), destination)
  assert.deepEqual([broken.taken, broken.findings[0]?.id], [false, 'broken'])
})

test('given what is no archive, an empty one and half of one, when it is taken in, then it is refused with a reason', async (t) => {
  const { source, destination } = await place(t)
  const whole = zipOf([{ name: 'lab.json', data: '{}' }])
  const cases: [string, Buffer, string][] = [
    ['text.zip', Buffer.from('this is not a zip file'), 'kind-unknown'],
    ['empty.zip', zipOf([]), 'empty'],
    ['half.zip', whole.subarray(0, 40), 'broken'],
    ['half.tar.gz', gzipSync(Buffer.alloc(5_000, 'x')).subarray(0, 20), 'broken'],
    ['page.tar.gz', gzipSync('<html>404</html>'), 'broken'],
    ['large.zip', Buffer.concat([whole, Buffer.alloc(21 * 2 ** 20)]), 'too-large'],
  ]
  for (const [name, bytes, id] of cases) {
    writeFileSync(source(name), bytes)
    const intake = await takeIn(source(name), destination)
    assert.deepEqual([intake.taken, intake.findings[0]?.id], [false, id], name)
    await rm(destination, { recursive: true })
  }
})

test('given programs that mean harm, when they are taken in, then what they are after is named, and an honest shop raises no brow', async (t) => {
  const { destination } = await place(t)
  const attacks = path.resolve(import.meta.dirname, '../../../cli/grade/sandbox/attacks')
  const intake = await takeIn(attacks, destination)
  const named = new Set(intake.findings.map(({ id, path: file }) => `${file} ${id}`))
  for (const expected of [
    'file-thief.mjs reads-outside',
    'writer-outside.mjs reads-outside',
    'network-caller.mjs calls-network',
    'marks-forger.mjs forges-result',
    'fork-bomb.mjs forks-itself',
    'detached-daemon.mjs detaches',
    'killer.mjs ends-others',
    'port-squatter.mjs takes-ports',
    'infinite-loop.mjs loops-for-ever',
  ]) {
    assert.ok(named.has(expected), `${expected}: ${[...named].join(', ')}`)
  }
  await rm(destination, { recursive: true })
  const honest = await takeIn(path.resolve(import.meta.dirname, '../../course/other-shop'), destination)
  assert.deepEqual(honest.findings, [])
})
