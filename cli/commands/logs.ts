import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { dockerLogs } from '../broker/docker.ts'
import { tail } from '../broker/follow.ts'
import { labFiles, readRecord } from '../broker/record.ts'
import { type Context, defineCommand, flag, number, text, wrongUsage } from '../command.ts'

export const command = defineCommand({
  about:
    'Prints the end of what the broker (kafka) or a service wrote. Without a name: which logs there are. With --json each line is a JSON text.',
  args: { name: text('[name]', 'kafka, or a service such as order') },
  options: {
    follow: flag('-f, --follow', 'go on printing what is added, until Ctrl-C'),
    lines: number('-n, --lines <count>', 'how many lines from the end', { fallback: 40, max: 100_000 }),
  },
  examples: [
    ['logs kafka', 'the last 40 lines of the broker'],
    ['logs order -f', 'follow the order service'],
    ['logs payment -n 500', 'more of the past'],
  ],
  async run(ctx, { args: { name }, options: { follow, lines } }) {
    const logs = await present(ctx)
    if (!name) {
      if (ctx.json) ctx.out.json([...logs.keys()])
      else
        ctx.out.line(logs.size > 0 ? [...logs.keys()].join('\n') : "There are no logs yet: 'lab up' starts the broker.")
      return 0
    }
    if (name === 'kafka' && (await readRecord(labFiles(ctx.stateDir)))?.kind === 'docker') {
      await dockerLogs(ctx, lines, follow)
      return 0
    }
    const file = logs.get(name)
    if (!file)
      throw wrongUsage(
        `There is no log of ${name}.`,
        `There are: ${[...logs.keys()].join(', ') || "none yet; 'lab up' starts the broker"}.`,
      )
    for await (const line of tail(file, { lines, follow, signal: ctx.signal })) {
      if (ctx.json) ctx.out.json(line)
      else ctx.out.line(line)
    }
    return 0
  },
})

/** Log files by the name that the reader gives. */
async function present(ctx: Context): Promise<Map<string, string>> {
  const folder = path.join(ctx.stateDir, 'logs')
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.log')).sort()
  const services = names.map((name) => [name.slice(0, -'.log'.length), path.join(folder, name)] as const)
  const files = labFiles(ctx.stateDir)
  const kafka = (await readRecord(files)) ? [['kafka', files.broker.log] as const] : []
  return new Map([...kafka, ...services])
}
