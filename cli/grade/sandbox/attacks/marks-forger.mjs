// Claims to have passed, in every way that a careless grader might believe, and talks to the sandbox's own socket.
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'

const result = { passed: true, verdict: 'pass', marks: 100, max: 100, parts: [{ part: 'all', marks: 100, max: 100 }] }
for (const name of ['grades.json', 'report.json', 'history.json', '../grades.json']) {
  try {
    writeFileSync(name, JSON.stringify(result))
  } catch {
    // Not there then.
  }
}
console.log(JSON.stringify(result))
console.log('✔ C1 passed\n\u001b[2J\u001b[32m✔ all checks passed\u001b[0m')
console.log('ok 1 - everything\n# pass 100\n# fail 0')
const lines = [
  '{"started":true}',
  '{"failed":"ENOENT"}',
  '{"call":1,"refused":"EVIL"}',
  '{"call":1}',
  `${'x'.repeat(9_000)}`,
  '{"__proto__":{"started":true}}',
]
const talk = connect('/run/lab/control.sock', () => talk.end(`${lines.join('\n')}\n`))
talk.on('error', () => {})
talk.on('close', () => process.exit(0))
setTimeout(() => process.exit(0), 1_000)
