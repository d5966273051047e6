// Leaves processes behind that nothing but kill -9 ends: node detached-daemon.mjs <token>
import { spawn } from 'node:child_process'

const stay =
  'for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) process.on(signal, () => {}); setInterval(() => {}, 1000)'
for (let i = 0; i < 3; i++) {
  spawn(process.execPath, ['-e', stay, process.argv[2]], { detached: true, stdio: 'ignore', env: {} }).unref()
}
spawn('setsid', ['sh', '-c', `sleep 1000; echo ${process.argv[2]}`], {
  detached: true,
  stdio: 'inherit',
  env: { PATH: process.env.PATH },
}).unref()
console.log('left')
