import { writeFileSync } from 'node:fs'
import { asyncApi, eventsPage } from './describe.ts'

/** Writes the pages that come from the catalogue. Run it after a change there: `node services/contracts/write-docs.ts`. */
export const writeDocs = (home: string): string[] => {
  const pages = { 'docs/events.md': eventsPage(), 'docs/asyncapi.yaml': asyncApi() }
  for (const [path, text] of Object.entries(pages)) writeFileSync(`${home}/${path}`, text)
  return Object.keys(pages)
}
