import { checkWalls } from '../../tests/walls.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  about:
    'Checks what can be checked in seconds: types, lint and format, the arrows between folders, unused code. Runs no test.',
  examples: [
    ['dev walls', "what 'npm run check' runs"],
    ['dev walls --json', '[{name, ok, seconds, said}]'],
  ],
  async run(ctx) {
    const results = await checkWalls(ctx)
    if (ctx.json) ctx.out.json(results)
    return results.every(({ ok }) => ok) ? 0 : 1
  },
})
