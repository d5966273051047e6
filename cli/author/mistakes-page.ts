/** Writes docs/mistakes.md from the mistakes and the diagnoses: `node cli/author/mistakes-page.ts`. */
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { allDiagnoses, type ListedDiagnosis } from '../check/all-diagnoses.ts'
import { type AnyPart, isCore, MARKS } from '../check/contract.ts'
import { checksOf } from '../check/course.ts'
import { type Mistake, readMistakes } from './mistakes.ts'
import { bySpeed, ENOUGH_SECONDS, LONGEST_SECONDS, QUICK_SECONDS, SLOW_ONES } from './rotation.ts'

export const PAGE = resolve(import.meta.dirname, '../../docs/mistakes.md')

const introduction = (mistakes: readonly Mistake[]): string => {
  const { quick, slow, long } = bySpeed(mistakes.filter(({ part }) => isCore(part)))
  const third = Math.ceil(quick.length / 3)
  return `<!-- Written by \`node cli/author/mistakes-page.ts\`; change the mistakes or the diagnoses instead. -->

# Mistakes, and what the checker says of them

The first half lists ${mistakes.length} shops with one thing wrong, taken from what learners do. Each is run: it must lose exactly the checks that are marked
here, and get the diagnosis that stands beside it. Those of part Q are all run by \`npm test\`. Of those of the course:

| run | which mistakes | on which checks |
|---|---|---|
| \`npm test\` | a third of those that are told within ${QUICK_SECONDS} s (${third} of ${quick.length}), and ${SLOW_ONES.test} of the ${slow.length} that take up to ${LONGEST_SECONDS} s, others with each seed; after ${ENOUGH_SECONDS} s the rest is left to another run | the check that it breaks first |
| \`lab dev check --only mistakes\` | another third, and ${SLOW_ONES.devCheck} of the ${slow.length} | all of its part |
| \`lab dev check --only <name>\` | that one | all of its part, and of each part whose files it changes |
| \`lab dev check --only mistakes --full\`, and \`npm test\` with \`FULL=1\` | all ${quick.length + slow.length + long.length}, also the ${long.length} that take longer | all of its part, and of each part whose files it changes |

The second half explains every diagnosis. The checker prints its id in front of each failure.

## Which mistake breaks which check

✗ fails · (✗) fails on some runs, by chance · an empty cell passes, or is skipped because it builds on a check that failed.
A1 has no mistake: it asks the broker and not your shop.
`
}

/** The whole page. The same mistakes and diagnoses give the same text. */
export async function mistakesPage(): Promise<string> {
  const parts = Object.keys(MARKS) as AnyPart[]
  const mistakes = await readMistakes(parts)
  const diagnoses = Map.groupBy(await allDiagnoses(), ({ part }) => part)
  const rows = await Promise.all(parts.map((part) => tableOf(part, mistakes)))
  const sections = [...parts, 'workspace' as const].map((part) => {
    const title = part === 'workspace' ? 'In every part' : titleOf(part)
    return [`### ${title}`, ...(diagnoses.get(part) ?? []).map((one) => section(one, mistakes))].join('\n\n')
  })
  return `${[introduction(mistakes).trimEnd(), ...rows, '## Every diagnosis', ...sections].join('\n\n')}\n`
}

const titleOf = (part: AnyPart): string => `${part[0]?.toUpperCase()} · ${part.slice(2).replaceAll('-', ', ')}`

async function tableOf(part: AnyPart, all: readonly Mistake[]): Promise<string> {
  const ids = (await checksOf(part)).map(({ id }) => id)
  const lines = all
    .filter((mistake) => mistake.part === part)
    .map((mistake) => {
      const cells = ids.map((id) => (mistake.fails.includes(id) ? '✗' : mistake.may.includes(id) ? '(✗)' : ' '))
      return row([mistake.title, ...cells, `[\`${mistake.diagnosis}\`](#${mistake.diagnosis})`])
    })
  return [
    `### Part ${titleOf(part)}`,
    '',
    row(['mistake', ...ids, 'diagnosis']),
    row(['---', ...ids.map(() => ':-:'), '---']),
    ...lines,
  ].join('\n')
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

/** GitHub drops the dots of a heading from its anchor, so each section brings one of its own. */
function section({ id, expected, cause, next }: ListedDiagnosis, mistakes: readonly Mistake[]): string {
  const own = mistakes.filter(({ diagnosis }) => diagnosis === id)
  const examples = own.map(({ title, why }) => `- *${title}.* ${why}`)
  return [
    `<a id="${id}"></a>`,
    `#### \`${id}\``,
    `Expected: ${sentence(expected)} ${cause}`,
    `Next: ${next}`,
    ...(examples.length === 0 ? [] : [`Seen with:\n\n${examples.join('\n')}`]),
  ].join('\n\n')
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

if (import.meta.main) {
  await writeFile(PAGE, await mistakesPage())
  console.log(join('docs', 'mistakes.md'))
}
