import { safe } from '../../terminal/safe.ts'
import type { Result } from '../result.ts'
import type { Score } from '../rubric/score.ts'
import { checksIn, type Graded, type Log } from './graded.ts'
import { OPEN_NOTE, OPEN_TITLE, selfSum, selfText } from './open-answers.ts'
import { exitText, marksText, nextSteps, STATUS_TEXT, statusSentence, tierText } from './words.ts'

/** `<student>/report.md`: the page as text. Whatever the student wrote stands in code, where Markdown obeys nothing. */
export function studentText(graded: Graded, logs: readonly Log[], titles: ReadonlyMap<string, string>): string {
  const { result, score } = graded
  const { student, findings } = result
  const failed = checksIn(result).filter(({ verdict, diagnosis }) => verdict !== 'pass' && diagnosis !== undefined)
  const steps = nextSteps(result)
  const lines = [
    `# ${plain(student.name)}: ${marksText(score)} marks`,
    '',
    `${result.began} · ${STATUS_TEXT[result.status]} in ${result.seconds} s · seed ${result.seed}`,
    '',
    tierText(result.tier),
    ...paragraph(statusSentence(result)),
    ...paragraph(plain(score.comment)),
    '',
    ...rubricTable(score),
    ...(findings.length === 0
      ? []
      : ['', '## Noticed', '', ...findings.map(({ id, says }) => `- ${plain(id)}: ${plain(says)}`)]),
    ...(failed.length === 0 ? [] : ['', '## What was found']),
    ...failed.flatMap(({ id, verdict, diagnosis }) => {
      if (diagnosis === undefined) return []
      const head = ['', `### ${id} ${plain(titles.get(id) ?? '')}: ${verdict}`, '']
      if (verdict === 'skipped') return [...head, `Skipped: ${plain(diagnosis.saw)}.`]
      const { id: name, did, expected, saw, first, cause, next } = diagnosis
      const rows = Object.entries({ did, expected, saw, first, cause, next })
      return [
        ...head,
        `\`${name}\``,
        '',
        ...code(rows.map(([of, text]) => `${of.padEnd(9)}${text.replaceAll('\n', '\n         ')}`).join('\n')),
      ]
    }),
    ...openAnswersText(result),
    ...(steps.length === 0
      ? []
      : ['', '## What to do next', '', ...steps.map((step, i) => `${i + 1}. ${plain(step)}`)]),
    ...(logs.length === 0 ? [] : ['', '## What the programs said']),
    ...logs.flatMap(({ scenario, checks, programs }) => [
      '',
      `### ${scenario} (${checks.join(', ')})`,
      ...programs.flatMap((one) => [
        '',
        `${plain(one.name)}, ${exitText(one)}:`,
        '',
        ...code([one.command, ...one.tail].join('\n')),
      ]),
    ]),
  ]
  return `${lines.join('\n')}\n`
}

function openAnswersText({ answers = [] }: Result): string[] {
  if (answers.length === 0) return []
  return [
    ...['', `## ${OPEN_TITLE}`, '', OPEN_NOTE],
    ...answers.flatMap((one) => [
      ...['', `### ${one.part}: ${selfSum(one)}`],
      ...one.items.flatMap((item) => [
        ...['', `**${plain(item.id)}** ${plain(item.ask)} (${selfText(item)})`, ''],
        ...code(item.answer),
        '',
        ...item.checklist.map((point) => `- ${plain(point)}`),
      ]),
    ]),
  ]
}

function rubricTable(score: Score): string[] {
  return [
    '| rubric | decided by | marks |',
    '|---|---|---|',
    ...score.criteria.flatMap(({ title, marks, max, lines: own }) => [
      `| **${plain(title)}** | | **${marks} of ${max}** |`,
      ...own.map((line) => {
        const by =
          line.manual === undefined
            ? line.checks.map(({ id, verdict }) => `${id} ${verdict}`).join(', ')
            : plain(line.manual.given ? line.manual.level : 'not judged yet')
        return `| ${plain(line.title)} | ${by} | ${line.marks} of ${line.max} |`
      }),
    ]),
    ...(score.adjusted === null ? [] : [`| Correction | ${plain(score.adjusted.why)} | ${score.adjusted.marks} |`]),
    `| **Together** | | **${marksText(score)}** |`,
  ]
}

const paragraph = (text: string): string[] => (text === '' ? [] : ['', text])

/** Text in a line: what Markdown or HTML would obey is escaped. */
const plain = (text: string): string =>
  safe(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]<>#|~!&]/g, '\\$&')

/** A block of code whose fence is longer than any in the text. */
function code(text: string): string[] {
  const shown = safe(text)
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, shown, fence]
}
