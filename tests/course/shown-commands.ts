import { TABLE } from '../../cli/commands/table.ts'

/** Understood by every command. */
const EVERYWHERE = ['--json', '--help', '--verbose', '--no-color']

/** What is wrong with a command that a page shows, without the word `lab`; undefined where lab has it, with all options that are shown. */
export async function commandProblem(shown: string): Promise<string | undefined> {
  const entry = TABLE.filter(({ name }) => shown === name || shown.startsWith(`${name} `)).at(-1)
  if (entry === undefined) return `there is no command lab ${shown}`
  const { command } = await entry.load()
  const known = Object.values(command.options ?? {}).flatMap(({ flags }) => flags.split(/[ ,]+/))
  const strange = (shown.match(/(?<= )--?[a-z][\w-]*/g) ?? []).filter(
    (option) => !known.includes(option) && !EVERYWHERE.includes(option),
  )
  return strange.length === 0 ? undefined : `lab ${shown}: ${entry.name} has no ${strange.join(', ')}`
}

/** The problems of all commands that a page shows. */
export async function commandProblems(shown: readonly string[]): Promise<string[]> {
  const problems = await Promise.all(shown.map(commandProblem))
  return problems.filter((problem) => problem !== undefined)
}
