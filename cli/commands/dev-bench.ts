import { readdir, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Target } from '../../tests/bench/target.ts'
import { type Context, defineCommand, text, wrongUsage } from '../command.ts'
import { columns } from '../terminal/columns.ts'

/** What a file `tests/bench/<name>.ts` exports as `bench`. */
type Bench = (options: {
  signal: AbortSignal
  say: (line: string) => void
  mode?: string | undefined
}) => Promise<Measured>
interface Measured {
  readonly figures: Readonly<Record<string, unknown>>
  readonly targets: readonly Target[]
}

export const command = defineCommand({
  about:
    'Measures one thing on this machine, with its yardsticks in the same run, and compares it with the targets. Exit code 1 when one is missed. ' +
    'Without a name: which benches there are.',
  args: { name: text('[name]', 'the file in tests/bench, without .ts') },
  options: { mode: text('--mode <mode>', 'which variant, where a bench has several: saga has core and both') },
  examples: [
    ['dev bench', 'which benches there are'],
    ['dev bench saga --mode both', 'choreography and orchestration side by side, in the whole shop'],
    ['dev bench saga --json', '{figures, machine: {cores, memory, load}, targets: [{name, value, target, met}]}'],
  ],
  async run(ctx, { args: { name }, options: { mode } }) {
    const folder = path.join(ctx.home, 'tests', 'bench')
    const names = await benches(folder)
    if (!name) {
      if (ctx.json) ctx.out.json(names)
      else ctx.out.line(names.join('\n'))
      return 0
    }
    if (!names.includes(name)) throw wrongUsage(`There is no bench called ${name}.`, `There are: ${names.join(', ')}.`)
    const machine = describeMachine()
    const { bench } = (await import(pathToFileURL(path.join(folder, `${name}.ts`)).href)) as { bench: Bench }
    // Each bench says what it begins with next: whoever wants to stop waits for no more than that, and all is cleared away.
    const say = (line: string): void => {
      ctx.signal.throwIfAborted()
      ctx.err.line(line)
    }
    const { figures, targets } = await bench({ signal: ctx.signal, say, mode })
    if (ctx.json) ctx.out.json({ figures, machine, targets })
    else print(ctx, { figures, targets }, machine)
    return targets.every(({ met }) => met) ? 0 : 1
  },
})

/** Files that export a bench; beside them lie the parts they are made of. */
async function benches(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).sort()
  const isBench = await Promise.all(
    files.map(async (file) =>
      /^export (const|async function|function) bench\b/m.test(await readFile(path.join(folder, file), 'utf8')),
    ),
  )
  return files.filter((_, i) => isBench[i]).map((file) => file.slice(0, -'.ts'.length))
}

/** Load is that before the bench, as an average over the last minute. */
function describeMachine() {
  return {
    cores: os.availableParallelism(),
    memory: `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB`,
    load: Number((os.loadavg()[0] ?? 0).toFixed(2)),
  }
}

function print({ out, paint }: Context, { figures, targets }: Measured, machine: object): void {
  out.line(columns(Object.entries(figures).map(([name, value]) => [name, JSON.stringify(value)])))
  out.line(paint.faint(`\non ${JSON.stringify(machine)}\n`))
  out.line(
    columns(
      targets.map(({ name, value, target, met }) => [met ? paint.good('✔') : paint.bad('✗'), name, `${value}`, target]),
    ),
  )
}
