import { existsSync } from 'node:fs'
import { deleteState, stopBroker } from '../broker/lab-broker.ts'
import { shopStatus } from '../broker/shop-status.ts'
import { defineCommand, flag, LabError, wrongUsage } from '../command.ts'

export const command = defineCommand({
  about:
    "Stops the broker and deletes the lab's state: topics, the services' databases and logs. Your own shop and your progress are never touched. " +
    'Asks first; where nobody can be asked, --yes is needed.',
  options: { yes: flag('-y, --yes', 'do not ask') },
  examples: [
    ['clean', 'ask, then delete'],
    ['clean --yes', 'delete without asking, for scripts'],
  ],
  async run(ctx, { options }) {
    if (!existsSync(ctx.stateDir)) {
      if (ctx.json) ctx.out.json({ deleted: null })
      else ctx.out.line('There is nothing to delete.')
      return 0
    }
    const living = (await shopStatus(ctx)).filter(({ running }) => running)
    if (living.length > 0) {
      const names = living.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')
      throw new LabError(
        'shop-runs',
        `Services still use the state: ${names}.`,
        'Stop them first: Ctrl-C where they run.',
        { exit: 2 },
      )
    }
    if (!options.yes && !ctx.interactive) throw wrongUsage('Nobody can be asked here.', "Use 'lab clean --yes'.")
    if (!options.yes && !(await confirmed(ctx.stateDir, ctx.signal))) return 0
    await stopBroker(ctx)
    await deleteState(ctx)
    if (ctx.json) ctx.out.json({ deleted: ctx.stateDir })
    else ctx.out.line(`${ctx.paint.good('✔')} Deleted ${ctx.stateDir}.`)
    return 0
  },
})

async function confirmed(folder: string, signal: AbortSignal): Promise<boolean> {
  const { confirm } = await import('@inquirer/prompts')
  return confirm({ message: `Delete ${folder} (topics, databases, logs)?`, default: false }, { signal })
}
