import { runTests } from '../../tests/run.ts'
import { checkWalls } from '../../tests/walls.ts'
import { defineCommand, flag, text } from '../command.ts'

export const command = defineCommand({
  about:
    'Holds the walls (types, lint, arrows between folders, unused code) and then runs every test against one throwaway broker. ' +
    "With a pattern: only the test files whose path holds it, without the walls. FULL=1 in the environment runs the tests' long versions.",
  args: { pattern: text('[pattern]', 'a part of the path of the test files') },
  options: { walls: flag('--walls', 'hold the walls with a pattern, too') },
  examples: [
    ['dev test', "everything: what 'npm test' runs"],
    ['dev test kit/store', 'the tests below one folder'],
    ['dev test ledger.test.ts', 'one file'],
  ],
  async run(ctx, { args: { pattern }, options: { walls } }) {
    const held = !pattern || walls ? (await checkWalls(ctx)).every(({ ok }) => ok) : true
    if (!held) {
      ctx.err.line("The walls come first: mend what is listed above. 'npm run check' looks again in seconds.")
      return 1
    }
    return runTests(ctx, pattern ?? '')
  },
})
