import { InvalidArgumentError, Command as Node } from 'commander'
import type { Input, Options, Parameter } from './command.ts'
import type { Entry, Loaded } from './commands/table.ts'
import type { GlobalFlags } from './context.ts'
import { describeHelp, rootHelp } from './help.ts'

/** What the words on the command line come to: a command with its input, still to be run. */
export interface Request {
  readonly command: Loaded
  readonly flags: GlobalFlags
  /** What `command` declared; only its own `run` knows the type. */
  readonly input: never
}

export interface Streams {
  out(text: string): void
  err(text: string): void
}

/** The entry that the words begin with; undefined for `lab`, `lab --help` and for words that name nothing. */
function chosen(table: readonly Entry[], argv: readonly string[]): Entry | undefined {
  const words = argv.filter((word) => !word.startsWith('-'))
  if (words[0] === 'help') words.shift()
  return table.find(({ name }) => name === `${words[0]} ${words[1]}`) ?? table.find(({ name }) => name === words[0])
}

/**
 * Reads the command line and loads the one command that is named, so that `--help` stays quick however many there are.
 * Throws commander's CommanderError for help (exitCode 0) and for wrong usage. Undefined where no command was named.
 */
export async function parse(
  table: readonly Entry[],
  argv: readonly string[],
  version: string,
  streams: Streams,
): Promise<Request | undefined> {
  const entry = chosen(table, argv)
  const command = (await entry?.load())?.command
  let request: Request | undefined
  const root = setUp(new Node('lab'), streams)
  root.description('Saga Lab: build event-driven services on a real Kafka, break them, see every event move.')
  root.version(version, '-V, --version', 'print the version').helpOption('-h, --help', 'show help')
  for (const item of table) {
    const node = place(root, item, streams)
    if (item !== entry || !command) continue
    describe(node, command)
    node.action(() => {
      request = { command, flags: globalFlags(node), input: inputOf(node, command) as never }
    })
  }
  root.configureHelp({ formatHelp: () => rootHelp(root, table) })
  await root.parseAsync([...argv], { from: 'user' })
  return request
}

/** The same on every node: errors are thrown, text goes to our streams, the global options are known. */
function setUp(node: Node, streams: Streams): Node {
  node.exitOverride().configureOutput({ writeOut: streams.out, writeErr: streams.err })
  node.option('--json', 'print JSON, for machines').option('--verbose', 'show more, and where a fault came from')
  return node.option('--no-color', 'print without colour')
}

function place(root: Node, { name, summary }: Entry, streams: Streams): Node {
  let node = root
  for (const word of name.split(' ')) {
    const known = node.commands.find((child) => child.name() === word)
    node = known ?? setUp(node.command(word), streams)
  }
  node.showHelpAfterError(`Run 'lab ${name} --help' for what it takes.`)
  return node.summary(summary)
}

function describe(node: Node, command: Loaded): void {
  node.description(command.about).allowExcessArguments(false)
  for (const { flags, about, parse: read, fallback } of Object.values(command.args ?? {})) {
    const made = node.createArgument(flags, about).default(fallback)
    node.addArgument(read ? made.argParser(reader(read)) : made)
  }
  for (const [key, option] of Object.entries<Parameter<unknown>>(command.options ?? {})) {
    const made = node.createOption(option.flags, option.about).default(option.fallback)
    made.attributeName = () => key
    node.addOption(option.parse ? made.argParser(reader(option.parse)) : made)
  }
  describeHelp(node, command)
}

function reader(read: (text: string) => unknown): (text: string) => unknown {
  return (given) => {
    try {
      return read(given)
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
    }
  }
}

function inputOf(node: Node, command: Loaded): Input<Options, Options> {
  const options = node.opts<Record<string, unknown>>()
  return {
    args: Object.fromEntries(Object.keys(command.args ?? {}).map((name, i) => [name, node.processedArgs[i]])),
    options: Object.fromEntries(Object.keys(command.options ?? {}).map((name) => [name, options[name]])),
  }
}

/** A global option counts wherever it stands: `lab --json up` is `lab up --json`. */
function globalFlags(node: Node): GlobalFlags {
  const levels: Record<string, unknown>[] = []
  for (let at: Node | null = node; at; at = at.parent) levels.push(at.opts())
  return {
    json: levels.some(({ json }) => json === true),
    verbose: levels.some(({ verbose }) => verbose === true),
    color: levels.every(({ color }) => color !== false),
  }
}
