import { defineCommand } from '../command.ts'

export const command = defineCommand({
  about: 'x',
  examples: [['down', 'x']],
  async run(ctx) {
    ctx.out.line('down')
    return 0
  },
})
