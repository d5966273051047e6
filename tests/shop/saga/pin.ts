/** Writes regressions.json anew: `node tests/shop/saga/pin.ts`. Needed only when the steps of schedules get another meaning. */
import { writeFileSync } from 'node:fs'
import { shrink } from '../sim/counterexample.ts'
import { caught, type Mutant } from './mutants.ts'
import { firstBroken, play } from './play.ts'

const pinned = Object.entries<Mutant>(caught).map(([mutant, { what, options }]) => {
  const found = firstBroken(options, 1, 2_000)
  if (found === undefined) throw new Error(`${mutant}: no schedule of seed 1 shows it`)
  const schedule = shrink(found, (candidate) => play(candidate, options).findings.length > 0)
  return `  ${JSON.stringify({ mutant, name: `a shop that ${what}`, schedule })}`
})
writeFileSync(new URL('./regressions.json', import.meta.url), `[\n${pinned.join(',\n')}\n]\n`)
