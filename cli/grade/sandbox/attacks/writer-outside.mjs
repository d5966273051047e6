// Writes where it must not: node writer-outside.mjs <path>…   One line of JSON: what came of each.
import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const got = {}
const attempt = (name, write) => {
  try {
    write()
    got[name] = 'written'
  } catch (error) {
    got[name] = error.code
  }
}
const system = [
  '/usr/bin/owned',
  '/etc/passwd',
  '/opt/lab/inside.mjs',
  '/box/owned',
  '/box/node_modules/owned',
  '/run/lab/owned',
  '/dev/owned',
]
for (const path of [...process.argv.slice(2), ...system]) attempt(path, () => writeFileSync(path, 'owned'))
for (const path of process.argv.slice(2))
  attempt(`sqlite ${path}`, () => new DatabaseSync(path).exec('create table owned (x)'))
attempt('a socket of its own', () => {
  unlinkSync('/run/lab/control.sock')
})
attempt('mount', () => mkdirSync('/proc/owned'))
// What it may: change its own folder, also so that a reader who trusts it is led astray.
attempt('lab.json', () => {
  renameSync('lab.json', 'lab.json.before')
  symlinkSync('/etc/shadow', 'lab.json')
})
console.log(JSON.stringify(got))
