import { existsSync } from 'node:fs'
import path from 'node:path'
import { PARTS, partFiles } from '../../cli/author/lay.ts'
import { select } from '../../cli/check/course.ts'
import { type Entry, TABLE } from '../../cli/commands/table.ts'
import { requireToggle } from '../../cli/shop/faults/settings.ts'
import { SHOP_PORTS } from '../../cli/shop/usual-ports.ts'
import { dlqOf, eventNames, groupOf } from '../../services/contracts/catalogue.ts'

const home = path.resolve(import.meta.dirname, '../..')

/** Understood by every command. */
const EVERYWHERE = ['--json', '--help', '--verbose', '--no-color']

const services = Object.keys(SHOP_PORTS)
const topics: readonly string[] = eventNames.flatMap((name) => [name, dlqOf(name)])
const groups = services.map(groupOf)

const oneOf = (names: readonly string[], what: string) => (word: string) => {
  if (!names.includes(word)) throw new RangeError(`there is no ${what} ${word}`)
}
const partOrCheck = (word: string) => select([word])
const topic = oneOf(topics, 'topic')
const group = oneOf(groups, 'group')

/** Throws, or rejects, where the word names nothing. */
type Resolver = (word: string) => unknown

/** What the words of a command, beside its options, must name: one for each place, the last one for all that follow. */
const NAMES: Readonly<Record<string, readonly Resolver[]>> = {
  answer: [partOrCheck],
  break: [requireToggle],
  check: [partOrCheck],
  'dlq replay': [topic],
  'dlq show': [topic],
  hint: [partOrCheck],
  lag: [group],
  logs: [oneOf([...services, 'kafka'], 'log of')],
  mend: [(word) => (word === 'all' ? undefined : requireToggle(word))],
  quiz: [partOrCheck],
  replay: [group, topic],
  reset: [partOrCheck],
  start: [partOrCheck],
  tail: [topic],
}

/** `<part>` or `…` stands for something that the reader puts in. */
const isPlaceholder = (word: string): boolean => /[<>…]/.test(word)

/** What is wrong with a command that a page shows, without the word `lab`; undefined where lab has it, with all words and options that are shown. */
export async function commandProblem(shown: string): Promise<string | undefined> {
  const entry = TABLE.filter(({ name }) => shown === name || shown.startsWith(`${name} `)).at(-1)
  if (entry === undefined) return `there is no command lab ${shown}`
  const { command } = await entry.load()
  const flags = Object.values(command.options ?? {}).map((option) => option.flags)
  const known = flags.flatMap((flag) => flag.split(/[ ,]+/))
  const strange = (shown.match(/(?<= )--?[a-z][\w-]*/g) ?? []).filter(
    (option) => !known.includes(option) && !EVERYWHERE.includes(option),
  )
  if (strange.length > 0) return `lab ${shown}: ${entry.name} has no ${strange.join(', ')}`
  return wordProblem(shown, entry, flags)
}

async function wordProblem(shown: string, { name }: Entry, flags: readonly string[]): Promise<string | undefined> {
  const takesValue = (option: string) =>
    flags.some((flag) => flag.includes('<') && flag.split(/[ ,]+/).includes(option))
  const all = shown.slice(name.length).trim().split(/\s+/).filter(Boolean)
  const words = all.filter((word, at) => !word.startsWith('-') && !takesValue(all[at - 1] ?? ''))
  const resolvers = NAMES[name] ?? []
  for (const [at, word] of words.entries()) {
    if (isPlaceholder(word)) continue
    try {
      await (resolvers[at] ?? resolvers.at(-1))?.(word)
    } catch (error) {
      return `lab ${shown}: ${(error as Error).message}`
    }
  }
  return undefined
}

/** The problems of all commands that a page shows. */
export async function commandProblems(shown: readonly string[]): Promise<string[]> {
  const problems = await Promise.all(shown.map(commandProblem))
  return problems.filter((problem) => problem !== undefined)
}

/** Files that a reader may run: the kit's, and those of the shop that the course builds. */
async function isProgram(file: string): Promise<boolean> {
  if (existsSync(path.join(home, file))) return true
  const shop = await Promise.all(PARTS.map((part) => partFiles(part, 'solution')))
  return shop.some((files) => files.has(file))
}

/** The programs that a page runs and nobody has. */
export async function programProblems(shown: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    shown.map(async (file) => ((await isProgram(file)) ? [] : [`node ${file}: no such file`])),
  )
  return found.flat()
}
