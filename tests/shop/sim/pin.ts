/** Writes regressions.json anew: `node tests/shop/sim/pin.ts`. Needed only when the steps of schedules get another meaning. */
import { readFileSync, writeFileSync } from 'node:fs'
import { findCounterexample } from './counterexample.ts'
import { caught } from './mutants.ts'

const file = new URL('./regressions.json', import.meta.url)
const shop = JSON.parse(readFileSync(file, 'utf8')).shop
const mutants = Object.entries(caught).map(([name, mutant]) => {
  const found = findCounterexample(mutant, 1, 1_000)
  if (found === null) throw new Error(`${name}: no schedule of seed 1 shows it`)
  return `    ${JSON.stringify({ name, invariants: found.invariants, schedule: found.schedule })}`
})
const lines = shop.map((item: unknown) => `    ${JSON.stringify(item)}`)
writeFileSync(file, `{\n  "shop": [\n${lines.join(',\n')}\n  ],\n  "mutants": [\n${mutants.join(',\n')}\n  ]\n}\n`)
