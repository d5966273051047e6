import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { invariants } from './invariants.ts'
import { caught, equivalents } from './mutants.ts'

const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8')
const rows = readme
  .split('\n')
  .filter((line) => /^\| (?!mutant|invariant|-)/.test(line))
  .map((line) => line.replaceAll(/ +/g, ' '))

test('given the README, then its tables name every invariant with its function and every mutant as it is', () => {
  const expected = [
    ...Object.entries(invariants).map(([name, check]) => new RegExp(`^\\| ${name} .*\` ${check.name} \\|$`)),
    ...Object.entries(caught).map(([name, { what, breaks }]) => `| ${name} | ${what} | ${breaks.join(' ')} |`),
    ...Object.entries(equivalents).map(([name, { what, equivalent }]) => `| ${name} | ${what} | ${equivalent} |`),
  ]
  assert.equal(rows.length, expected.length)
  expected.forEach((row, i) => {
    if (typeof row === 'string') assert.equal(rows[i], row)
    else assert.match(rows[i] ?? '', row)
  })
})
