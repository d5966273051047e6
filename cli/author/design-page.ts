/**
 * Fills the regions of part Q's handout that the code knows: figures, checklists, and what the checker says of a hot partition:
 * `node cli/author/design-page.ts`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { checks } from '../../labs/q-topic-design/checks.ts'
import { FILES, type Texts } from '../../labs/q-topic-design/design.ts'
import type { Loaded } from '../../labs/q-topic-design/load.ts'
import { OPEN_QUESTIONS } from '../../labs/q-topic-design/open-answers.ts'
import type { Check } from '../check/check.ts'
import type { AnyPart } from '../check/contract.ts'
import type { History } from '../check/history.ts'
import { checkText } from '../check/print.ts'
import type { CheckReport } from '../check/report.ts'
import type { Judgement } from '../check/verdict.ts'
import { createPaint } from '../terminal/paint.ts'
import { handoutPath, withFacts } from './handouts.ts'
import { partFiles } from './lay.ts'

const PART: AnyPart = 'q-topic-design'

/** The texts of a design among files such as `design/topics.yml`. */
export function textsIn(files: ReadonlyMap<string, string>): Texts {
  return Object.fromEntries(FILES.map((name) => [name, files.get(`design/${name}.yml`) ?? null])) as Record<
    (typeof FILES)[number],
    string | null
  >
}

/** Judges a design from its texts and, for Q9, from what a load came to. */
export function judgeDesign(check: Check, texts: Texts, loaded: readonly Loaded[] = []): Judgement {
  const history: History<unknown> = {
    scenario: check.drive.name,
    seed: 0,
    brokers: '',
    began: 0,
    given: { texts, loaded },
    records: [],
    processes: [],
    answers: [],
    moments: [],
  }
  return check.judge(history)
}

/** One run of the wholesaler's load, kept so that the page shows the same figures each time. */
const HOT: Loaded = {
  topic: 'order.order.placed',
  key: 'customerId',
  records: [83, 96, 78, 91, 81, 90, 397, 84],
  readers: [{ service: 'inventory', perSecond: 125, lag: [0, 0, 0, 0, 0, 0, 147, 0] }],
}

async function hotSample(): Promise<string> {
  const last = checks.at(-1)
  if (last === undefined) throw new Error('part Q has no checks')
  const judgement = judgeDesign(last, textsIn(await partFiles(PART, 'solution')), [HOT])
  if (judgement.kind !== 'fail') throw new Error('the sample of a hot partition passes')
  const report: CheckReport = {
    id: last.id,
    verdict: 'fail',
    marks: 0,
    max: last.marks,
    seconds: 0,
    diagnosis: judgement.diagnosis,
  }
  return checkText(last, report, createPaint(false))
}

function checklists(): string {
  return OPEN_QUESTIONS.map(({ id, ask, marks, checklist }) =>
    [`**${id}** (${marks}): ${ask}`, '', ...checklist.map((point) => `- [ ] ${point}`)].join('\n'),
  ).join('\n\n')
}

const region = (text: string, name: string, body: string): string =>
  text.replace(
    new RegExp(`<!-- ${name} -->\\n[\\s\\S]*?<!-- end -->`),
    () => `<!-- ${name} -->\n\n${body}\n\n<!-- end -->`,
  )

/** The handout with its regions filled. */
export async function fillDesign(text: string): Promise<string> {
  const withHot = region(text, 'sample: hot', `\`\`\`text\n$ lab check Q9\n${await hotSample()}\n\`\`\``)
  return region(await withFacts(withHot, PART), 'checklists', checklists())
}

if (import.meta.main) {
  const path = handoutPath(PART)
  await writeFile(path, await fillDesign(await readFile(path, 'utf8')))
  console.log('labs/q-topic-design/README.md')
}
