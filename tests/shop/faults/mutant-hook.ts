import { registerHooks } from 'node:module'
import type { Mutant } from './mutants.ts'

/**
 * Loaded into a service before anything else: changes modules as they are read. A change that finds nothing to change ends the process, because a
 * mutant that was never made would count as one that nobody noticed.
 */
const changes = JSON.parse(process.env.MUTANT ?? '[]') as Mutant['changes']

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context)
    const own = changes.filter(({ file }) => url.endsWith(`/${file}`))
    if (own.length === 0) return loaded
    const source = own.reduce((text, { file, from, to }) => {
      if (!text.includes(from)) throw new Error(`mutant: ${file} does not hold "${from}"`)
      return text.replaceAll(from, to)
    }, String(loaded.source))
    return { ...loaded, source }
  },
})
