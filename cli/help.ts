import type { Argument, Command as Node, Option } from 'commander'
import { type Entry, GROUPS, type Loaded } from './commands/table.ts'
import { columns } from './terminal/columns.ts'

/** `lab --help`, from the table alone: no command is loaded for it. */
export function rootHelp(root: Node, table: readonly Entry[]): string {
  const width = Math.max(...table.map(({ name }) => name.length))
  const sections = GROUPS.map((group) => ({
    group,
    rows: table.filter((entry) => entry.group === group).map(({ name, summary }) => [name.padEnd(width), summary]),
  }))
  const options = root.createHelp().visibleOptions(root)
  return [
    `Usage: lab <command> [options]\n\n${root.description()}\n`,
    ...sections.filter(({ rows }) => rows.length > 0).map(({ group, rows }) => `${group}:\n${columns(rows, 2)}\n`),
    `Options:\n${columns(
      options.map(({ flags, description }) => [flags, description]),
      2,
    )}\n`,
    "Run 'lab <command> --help' for its options and examples.\n",
  ].join('\n')
}

/** What a command's own help adds to commander's: defaults in plain words, and the examples. */
export function describeHelp(node: Node, command: Loaded): void {
  const about = ({ description, defaultValue }: Option | Argument) => description + inWords(defaultValue)
  node.configureHelp({ optionDescription: about, argumentDescription: about })
  const examples = command.examples.map(([typed, does]) => [`lab ${typed}`, does])
  node.addHelpText('after', `\nExamples:\n${columns(examples, 2)}`)
}

function inWords(fallback: unknown): string {
  return typeof fallback === 'number' || typeof fallback === 'string' ? ` (default: ${fallback})` : ''
}
