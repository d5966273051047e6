import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { findSubmissions, fingerprintOf } from './find.ts'
import { parseRoster } from './roster.ts'

/** A folder with these entries: a path that ends in `/` is a folder, the rest are files. */
async function folder(t: TestContext, ...entries: string[]): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-find-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  for (const [i, entry] of entries.entries()) {
    const file = path.join(dir, entry)
    await mkdir(entry.endsWith('/') ? file : path.dirname(file), { recursive: true })
    if (entry.endsWith('/')) continue
    await writeFile(file, entry)
    await utimes(file, 1_000 + i, 1_000 + i)
  }
  return dir
}

const told = async (dir: string, roster = '') => {
  const { submissions, ignored } = await findSubmissions(dir, roster === '' ? [] : parseRoster(roster))
  return {
    ignored,
    found: submissions.map(({ student, shown, findings }) => [
      student.key,
      student.id ?? student.login,
      shown,
      ...findings.map(({ id }) => id),
    ]),
  }
}

test('given folders and archives, when hand-ins are looked for, then each is one and the rest is named', async (t) => {
  const dir = await folder(
    t,
    'Ada Lovelace/',
    'bob.zip',
    'Çelik.tar.gz',
    'dora.bundle',
    'notes.txt',
    '.DS_Store',
    '__MACOSX/',
  )
  await symlink('/etc', path.join(dir, 'elsewhere'))
  const { found, ignored } = await told(dir)
  assert.deepEqual(found, [
    ['ada-lovelace', null, 'Ada Lovelace'],
    ['bob', null, 'bob.zip'],
    ['dora', null, 'dora.bundle'],
    ['çelik', null, 'Çelik.tar.gz'],
  ])
  assert.deepEqual(ignored.length, 4)
  assert.ok(ignored.some((one) => /elsewhere: a link/.test(one)))
})

test("given Moodle's download, when hand-ins are looked for, then names and numbers are read, and the latest archive counts", async (t) => {
  const dir = await folder(
    t,
    'Ada Lovelace_4711_assignsubmission_file/shop.zip',
    'Ada Lovelace_4711_assignsubmission_file/shop2.zip',
    'Bob O’Neil_4712_assignsubmission_file_/lab.json',
    'Jürgen Groß_4713_assignsubmission_file_my.shop.zip',
  )
  assert.deepEqual((await told(dir)).found, [
    ['ada-lovelace', '4711', path.join('Ada Lovelace_4711_assignsubmission_file', 'shop2.zip')],
    ['bob-o-neil', '4712', 'Bob O’Neil_4712_assignsubmission_file_'],
    ['jürgen-groß', '4713', 'Jürgen Groß_4713_assignsubmission_file_my.shop.zip'],
  ])
})

test("given Canvas' download and a roster, when hand-ins are looked for, then the last attempt counts and the roster has the name", async (t) => {
  const dir = await folder(
    t,
    'lovelaceada_LATE_11_901_shop.zip',
    'lovelaceada_11_907_shop-1.zip',
    'bobbob_12_902_x.zip',
  )
  const { found } = await told(dir, 'Student,ID,SIS Login ID\n"Lovelace, Ada",11,ada\nCarl,13,carl\n')
  assert.deepEqual(found, [
    ['bobbob', '12', 'bobbob_12_902_x.zip', 'hand-in.not-enrolled'],
    ['ada-lovelace', '11', 'lovelaceada_11_907_shop-1.zip', 'hand-in.older'],
    ['carl', '13', null],
  ])
})

test("given GitHub Classroom's clones, when hand-ins are looked for, then the logins are read", async (t) => {
  const dir = await folder(t, 'lab-kafka-ada-l/.git/HEAD', 'lab-kafka-bob/.git/HEAD', 'lab-kafka-bella/.git/HEAD')
  const { found } = await told(dir, 'roster_identifier;github_username\nAda Lovelace;ada-l\n')
  assert.deepEqual(found, [
    ['ada-lovelace', 'ada-l', 'lab-kafka-ada-l'],
    ['bella', 'bella', 'lab-kafka-bella', 'hand-in.not-enrolled'],
    ['bob', 'bob', 'lab-kafka-bob', 'hand-in.not-enrolled'],
  ])
})

test('given names that are no names, when hand-ins are looked for, then keys are safe and differ', async (t) => {
  const dir = await folder(t, 'grades/', '=cmd|calc/', 'A b/', 'a B/', '\u202egnp.exe/', 'CON/')
  const { found } = await told(dir)
  assert.deepEqual(found.map(([key]) => key).toSorted(), [
    '_cmd_calc',
    '_gnp.exe',
    'a-b',
    'a-b-2',
    'student-con',
    'student-grades',
  ])
  assert.equal(found.filter((one) => one.includes('hand-in.name')).length, 2)
})

test('given a hand-in that is changed, when its fingerprint is taken again, then it is another', async (t) => {
  const dir = await folder(t, 'ada/lab.json')
  const before = await fingerprintOf(path.join(dir, 'ada'))
  assert.equal(await fingerprintOf(path.join(dir, 'ada')), before)
  await writeFile(path.join(dir, 'ada', 'lab.json'), '{"contract":1}')
  assert.notEqual(await fingerprintOf(path.join(dir, 'ada')), before)
})

test('given rosters that cannot be used, when they are read, then the reason is said', () => {
  assert.throws(() => parseRoster('colour\nred\n'), /names nobody/)
  assert.throws(() => parseRoster('name\n"Ada\n'), /no CSV/)
})
