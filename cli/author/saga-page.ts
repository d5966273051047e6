/** Fills the region of answer-key/saga.md with the states of the orchestrated saga: `node cli/author/saga-page.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fillRegions } from './regions.ts'
import { pathDiagram } from './saga-machine.ts'

export const SAGA_PAGE = resolve(import.meta.dirname, '../../answer-key/saga.md')

export const fillSaga = (text: string): string => fillRegions(text, { path: pathDiagram() })

if (import.meta.main) {
  await writeFile(SAGA_PAGE, fillSaga(await readFile(SAGA_PAGE, 'utf8')))
  console.log('answer-key/saga.md')
}
