// Reads what is not its own: node file-thief.mjs <path>…   One line of JSON: what it got of each.
import { readdirSync, readFileSync, symlinkSync } from 'node:fs'

const paths = [
  ...process.argv.slice(2),
  '/etc/shadow',
  '/root',
  '/home',
  '/var',
  '/sys/fs/cgroup',
  '../../../../../../root',
  '/proc/1/root/root',
]
const got = {}
const attempt = (name, read) => {
  try {
    got[name] = String(read()).slice(0, 200)
  } catch (error) {
    got[name] = { refused: error.code }
  }
}
for (const path of paths) {
  attempt(path, () => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      if (error.code === 'EISDIR') return readdirSync(path).join(' ')
      throw error
    }
  })
}
const [first] = paths
attempt('by a link', () => {
  symlinkSync(first, 'link')
  return readFileSync('link', 'utf8')
})
attempt('/etc/passwd', () => readFileSync('/etc/passwd', 'utf8'))
attempt('environment', () => JSON.stringify(process.env))
attempt('of the first process', () => readFileSync('/proc/1/environ', 'utf8'))
console.log(JSON.stringify(got))
