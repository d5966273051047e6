// Takes every port that the shop or its broker might want: node port-squatter.mjs <port>…   Then says which it got, and answers wrongly.
import { createServer } from 'node:http'

const got = {}
for (const port of process.argv.slice(2)) {
  got[port] = await new Promise((resolve) => {
    const server = createServer((_, response) => response.end('{"status":"ok","service":"squatter"}'))
    server.once('error', (error) => resolve(error.code))
    server.listen(Number(port), '127.0.0.1', () => resolve('taken'))
  })
}
console.log(JSON.stringify(got))
