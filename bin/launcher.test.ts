import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A kit in small: the real launcher, one package that comes from a folder, and a program that tells its arguments. */
function smallKit(t: TestContext): string {
  const home = mkdtempSync(path.join(os.tmpdir(), 'kit-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  cpSync(import.meta.dirname, path.join(home, 'bin'), { recursive: true })
  mkdirSync(path.join(home, 'thing'))
  mkdirSync(path.join(home, 'cli'))
  const json = (file: string, value: object) => writeFileSync(path.join(home, file), JSON.stringify(value))
  const root = { name: 'kit', version: '1.2.3', type: 'module', dependencies: { thing: 'file:thing' } }
  json('package.json', root)
  json('thing/package.json', { name: 'thing', version: '1.0.0' })
  const packages = { '': root, 'node_modules/thing': { resolved: 'thing', link: true }, thing: { version: '1.0.0' } }
  json('package-lock.json', { name: 'kit', version: '1.2.3', lockfileVersion: 3, requires: true, packages })
  writeFileSync(
    path.join(home, 'cli', 'main.ts'),
    'console.log(JSON.stringify(process.argv.slice(2) as string[]))\nprocess.exitCode = 7\n',
  )
  return home
}

function launch(home: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: 120_000 }
    execFile(process.execPath, [path.join(home, 'bin', 'lab.js'), ...args], options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}

test('given a fresh clone, when lab --version runs, then it answers without installing anything', async (t) => {
  const home = smallKit(t)
  assert.deepEqual(await launch(home, ['--version']), { code: 0, out: '1.2.3\n', err: '' })
  assert.equal(existsSync(path.join(home, 'node_modules')), false)
})

test('given a fresh clone, when lab runs three times at once and again, then it installs once, says so and passes arguments and exit code', async (t) => {
  const home = smallKit(t)
  const all = await Promise.all([launch(home, ['a b']), launch(home, ['a b']), launch(home, ['a b'])])
  for (const { code, out } of all) assert.deepEqual({ code, out }, { code: 7, out: '["a b"]\n' })
  const said = all.map(({ err }) => err).join('')
  assert.equal(said.match(/Installing the packages \(npm ci\)/g)?.length, 1, said)
  assert.ok(existsSync(path.join(home, 'node_modules', 'thing')))
  assert.equal((await launch(home, [])).err, '')
})

test('given a lock file that changed, when lab runs, then it installs again', async (t) => {
  const home = smallKit(t)
  await launch(home, [])
  const lock = path.join(home, 'package-lock.json')
  writeFileSync(lock, readFileSync(lock, 'utf8').replaceAll('1.0.0', '1.1.0'))
  const thing = path.join(home, 'thing', 'package.json')
  writeFileSync(thing, readFileSync(thing, 'utf8').replace('1.0.0', '1.1.0'))
  assert.match((await launch(home, [])).err, /have changed: installing them again/)
})

test('given packages that npm installed by hand, when lab runs, then it takes them as they are', async (t) => {
  const home = smallKit(t)
  await launch(home, [])
  rmSync(path.join(home, 'node_modules', '.saga-lab-installed'))
  assert.equal((await launch(home, [])).err, '')
})

test('given an install that fails, when lab runs, then one clear error says what to do', async (t) => {
  const home = smallKit(t)
  const manifest = path.join(home, 'package.json')
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"thing"', '"other"'))
  const { code, err } = await launch(home, [])
  assert.equal(code, 3)
  assert.match(err, /✗ Installing the packages failed \(npm ci: 1\)\. Run `npm ci` by hand[\s\S]*other/)
})

test('given an install lock that a dead one left, when lab runs, then it takes over', async (t) => {
  const home = smallKit(t)
  mkdirSync(path.join(home, '.lab'))
  const lock = path.join(home, '.lab', 'install.lock')
  writeFileSync(lock, 'dead')
  utimesSync(lock, 0, 0)
  assert.equal((await launch(home, [])).code, 7)
  assert.equal(existsSync(lock), false)
})
