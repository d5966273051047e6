import { defineCommand } from '../command.ts'

export const command = defineCommand({
  about: 'x',
  examples: [['status', 'x']],
  async run(ctx) {
    ctx.out.line('status')
    return 0
  },
})
