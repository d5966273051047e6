/** Writes the pages that come from the catalogue; to be run after a change there: `node services/contracts/write-docs.ts`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { asyncApi, eventsPage } from './describe.ts'

const home = resolve(import.meta.dirname, '../..')
const pages = { 'docs/events.md': eventsPage(), 'docs/asyncapi.yaml': asyncApi() }
for (const [path, text] of Object.entries(pages)) {
  writeFileSync(resolve(home, path), text)
  console.log(path)
}
