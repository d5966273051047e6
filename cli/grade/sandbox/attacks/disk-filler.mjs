// Fills every place that it may write to. One line of JSON: the megabytes that fit, and what stopped it.
import { closeSync, openSync, writeSync } from 'node:fs'

const block = Buffer.alloc(2 ** 20, 'x')
const got = {}
for (const folder of ['.', '/tmp', '/dev/shm']) {
  let size = 0
  try {
    for (let file = 0; size < 600; file++) {
      const handle = openSync(`${folder}/fill-${file}`, 'w')
      try {
        for (let i = 0; i < 40 && size < 600; i++, size++) writeSync(handle, block)
      } finally {
        closeSync(handle)
      }
    }
    got[folder] = [size, 'nothing']
  } catch (error) {
    got[folder] = [size, error.code]
  }
}
console.log(JSON.stringify(got))
setInterval(() => {}, 1_000)
