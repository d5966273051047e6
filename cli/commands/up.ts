import { defineCommand } from '../command.ts'

export const command = defineCommand({
  about: 'x',
  examples: [['up', 'x']],
  async run(ctx) {
    ctx.out.line('up')
    return 0
  },
})
