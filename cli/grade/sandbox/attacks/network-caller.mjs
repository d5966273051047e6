// Calls out: node network-caller.mjs <port of the machine>   One line of JSON: what came of each call.
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'

const [, , port] = process.argv
const call = (options) =>
  new Promise((resolve) => {
    const socket = connect(options)
    const end = (what) => {
      socket.destroy()
      resolve(what)
    }
    socket.once('connect', () => end('connected'))
    socket.once('error', (error) => end(error.code))
    socket.setTimeout(3_000, () => end('silent'))
  })
const got = {
  loopback: await call({ host: '127.0.0.1', port }),
  loopback6: await call({ host: '::1', port }),
  metadata: await call({ host: '169.254.169.254', port: 80 }),
  private: await call({ host: '10.0.0.1', port: 80 }),
  internet: await call({ host: '192.0.2.1', port: 443 }),
  docker: await call({ path: '/var/run/docker.sock' }),
  abstract: await call({ path: `\0saga-lab-test-${port}` }),
  name: await lookup('example.com').then(
    () => 'found',
    (error) => error.code,
  ),
  udp: await new Promise((resolve) => {
    createSocket('udp4').send('x', 53, '192.0.2.1', (error) => resolve(error === null ? 'sent' : error.code))
  }),
}
console.log(JSON.stringify(got))
process.exit()
