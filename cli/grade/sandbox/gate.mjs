/**
 * Stands in the network of one box, which leads nowhere, and opens the ways out of it and into it: what it makes there, a socket that listens or one that is connected,
 * it hands over to the kit. Not a byte of the student's programs comes past here. It outlives them: the next program gets the same network, when nothing of the one
 * before is left. Plain JavaScript with nothing but Node, so that it starts quickly.
 *
 * @import { Asked, Given } from './gate.ts'
 */
import net from 'node:net'

/** @param {Given} given @param {net.Server | net.Socket} [handle] @param {() => void} [then] */
const give = (given, handle, then) => process.send?.(given, handle, then)

/** @param {number} id @param {net.Server} server @param {number} port */
function listen(id, server, port) {
  server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => give({ id, failed: error.code ?? 'EIO' }))
  server.listen(port, '127.0.0.1', () => give({ id }, server, () => server.close()))
}

/** @param {number} id @param {number} port */
function dial(id, port) {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
  // What comes is for the kit to read.
  socket.pause()
  /** @param {NodeJS.ErrnoException} error */
  const refuse = (error) => give({ id, failed: error.code ?? 'EIO' })
  socket.once('error', refuse)
  socket.once('connect', () => {
    socket.off('error', refuse).on('error', () => {})
    give({ id }, socket)
  })
}

process.on('disconnect', () => process.exit())
process.on('message', (/** @type {Asked} */ { act, id, port }) => {
  if (act === 'listen') listen(id, net.createServer(), port)
  else dial(id, port)
})
give({ id: 0, pid: process.pid })
