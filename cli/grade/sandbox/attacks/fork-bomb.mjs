// Starts itself again, twice each, for ever; each lives on.
import { spawn } from 'node:child_process'

const again = () => {
  for (let i = 0; i < 2; i++) {
    const child = spawn(process.execPath, [import.meta.filename, ...process.argv.slice(2)], {
      stdio: 'ignore',
      detached: true,
    })
    child.on('error', () => setTimeout(again, 50))
  }
}
console.log('begun')
again()
setInterval(() => {}, 1_000)
