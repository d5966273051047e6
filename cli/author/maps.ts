/** Writes the maps of the course, labs/README.md and the map in answer-key/README.md, from the parts: `node cli/author/maps.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Lesson } from '../../labs/lesson.ts'
import { allCards } from '../../labs/questions/bank.ts'
import { type AnyPart, isCore, MARKS } from '../check/contract.ts'
import { ALL_PART_NAMES, PART_NAMES } from '../check/course.ts'
import { type CourseLines, courseLines } from './line-count.ts'
import { readMistakes } from './mistakes.ts'

const ROOT = resolve(import.meta.dirname, '../..')
export const LABS_PAGE = resolve(ROOT, 'labs/README.md')
export const ANSWERS_PAGE = resolve(ROOT, 'answer-key/README.md')

const lessonOf = async (part: AnyPart): Promise<Lesson> =>
  ((await import(`../../labs/${part}/part.ts`)) as { lesson: Lesson }).lesson

const minutesOf = (lessons: readonly Lesson[]): number => lessons.reduce((sum, { minutes }) => sum + minutes, 0)
const clock = (minutes: number): string => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
const linkTo = ({ folder, letter }: Lesson): string => `[${letter}](${folder}/README.md)`

/** The course over a number of evenings, in order, so that the longest is as short as can be. */
export function evenings(minutes: readonly number[], count: number): number[][] {
  if (count === 1) return [minutes.map((_, at) => at)]
  let best: number[][] = []
  let longest = Number.POSITIVE_INFINITY
  for (let cut = 1; cut <= minutes.length - count + 1; cut++) {
    const rest = evenings(minutes.slice(cut), count - 1).map((group) => group.map((at) => at + cut))
    const groups = [Array.from({ length: cut }, (_, at) => at), ...rest]
    const most = Math.max(...groups.map((group) => group.reduce((sum, at) => sum + (minutes[at] ?? 0), 0)))
    if (most < longest) [best, longest] = [groups, most]
  }
  return best
}

const HEAD = `<!-- Written by \`node cli/author/maps.ts\` from the parts; change labs/*/part.ts instead. -->

# The course

Nine parts build a shop of four services, each part on the ones before it. Marks add up to 100. The part behind them stands alone.
`

/** labs/README.md as it must be now. */
export async function labsPage(): Promise<string> {
  const core = await Promise.all(PART_NAMES.map(lessonOf))
  const behind = await Promise.all(ALL_PART_NAMES.filter((part) => !isCore(part)).map(lessonOf))
  const questions = (await allCards()).length
  const lines = await courseLines()
  return `${[HEAD.trimEnd(), amount(lines), table(core, behind, lines), lab(core), four(core), alone(core, questions)].join('\n\n')}\n`
}

const amount = ({ given, written }: CourseLines): string =>
  `You write ${written.reduce((sum, lines) => sum + lines, 0)} lines of code, if yours are as short as the solution's; ${given} lines are given. Blank lines and comments are not counted.`

function table(core: readonly Lesson[], behind: readonly Lesson[], { written }: CourseLines): string {
  const row = (lesson: Lesson, needs: string, lines = '') => {
    const { folder, title, minutes, viva, aim } = lesson
    const marks = isCore(folder) ? `${MARKS[folder]}` : `${MARKS[folder]} of its own`
    return `| ${linkTo(lesson)} | ${title} | ${minutes} | ${lines} | ${marks} | ${needs} | ${viva.join(', ')} | ${aim} |`
  }
  return [
    '| part | title | minutes | lines to write | marks | needs | viva | what works at its end |',
    '|---|---|--:|--:|--:|---|---|---|',
    ...core.map((lesson, at) =>
      row(lesson, at === 0 ? 'Node, Kafka' : `A${at === 1 ? '' : `–${core[at - 1]?.letter}`}`, `${written[at]}`),
    ),
    ...behind.map((lesson) => row(lesson, 'what A–H teach')),
    '',
    'Terms are in the [glossary](../docs/glossary.md). When something does not work: [operations](../docs/operations.md).',
  ].join('\n')
}

function lab(core: readonly Lesson[]): string {
  let at = 0
  const rows = core.map((lesson) => {
    const from = at
    at += lesson.minutes
    return `| ${clock(from)} | ${linkTo(lesson)} ${lesson.title} | ${lesson.minutes} |`
  })
  return [
    `## Path 1: a lab of ${minutesOf(core) / 60} hours`,
    'With an instructor, in one day. Times count from the start, without breaks.',
    ['| at | part | minutes |', '|---|---|--:|', ...rows].join('\n'),
    'Whoever is stuck for ten minutes types `lab hint`. Whoever is done early answers `lab quiz --review`.',
  ].join('\n\n')
}

function four(core: readonly Lesson[]): string {
  const groups = evenings(
    core.map(({ minutes }) => minutes),
    4,
  ).map((group) => group.flatMap((at) => core[at] ?? []))
  const rows = groups.map((lessons, at) => {
    const parts = lessons.map((lesson) => `${linkTo(lesson)} ${lesson.title}`).join(', ')
    return `| ${at + 1} | ${parts} | ${minutesOf(lessons)} |`
  })
  return [
    '## Path 2: four evenings',
    ['| evening | parts | minutes |', '|---|---|--:|', ...rows].join('\n'),
    'Begin each evening with `lab quiz --review`: ten questions on what you did last time.',
  ].join('\n\n')
}

function alone(core: readonly Lesson[], questions: number): string {
  const first = core[0]?.letter.toLowerCase() ?? 'a'
  const last = core.at(-1)?.letter.toLowerCase() ?? 'i'
  return `## Path 3: on your own

As long as you like. For each part from ${first.toUpperCase()} to ${last.toUpperCase()}, ${first} standing for its letter:

\`\`\`sh
lab start ${first}            # brings the files and says what to read
lab check ${first} --watch    # checks at every save; q ends it
lab hint               # when you are stuck: three steps, the last nearly the answer
lab answer ${first} --diff    # when you are done: how does yours differ?
lab quiz ${first}             # a few questions on the part
lab quiz --review      # each day: what is due, of ${questions} questions
lab viva --self        # in the end: as an examiner asks
\`\`\`

Before you run something, write down what you expect: each handout has a *Predict*. Read \`answer-key/<part>/README.md\` after your own
try: it tells the solution step by step, what each mistake does in production, and two other right ways. Then part
[Q](q-topic-design/README.md): a design on paper, tried on the real broker.`
}

/** answer-key/README.md with its map made anew. */
export async function answersPage(text: string): Promise<string> {
  const lessons = await Promise.all(ALL_PART_NAMES.map(lessonOf))
  const mistakes = await readMistakes(ALL_PART_NAMES)
  const rows = lessons.map(({ letter, folder, title, minutes }) => {
    const count = mistakes.filter(({ part }) => part === folder).length
    return `| ${letter} | [${title}](${folder}/README.md) | ${minutes} | ${count} |`
  })
  const map = [
    '| part | the solution, step by step | minutes | mistakes |',
    '|---|---|--:|--:|',
    ...rows,
    '',
    'Three paths through the course, with times, are in [labs/README.md](../labs/README.md).',
  ].join('\n')
  return text.replace(/<!-- map -->\n[\s\S]*?<!-- end -->/, () => `<!-- map -->\n\n${map}\n\n<!-- end -->`)
}

if (import.meta.main) {
  await writeFile(LABS_PAGE, await labsPage())
  await writeFile(ANSWERS_PAGE, await answersPage(await readFile(ANSWERS_PAGE, 'utf8')))
  console.log('labs/README.md, answer-key/README.md')
}
