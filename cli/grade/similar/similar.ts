import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Context, type ExitCode, wrongUsage } from '../../command.ts'
import { writeAtomically } from '../../student/progress-file.ts'
import { columns } from '../../terminal/columns.ts'
import { whileWaiting } from '../../terminal/progress.ts'
import { safeJson } from '../../terminal/safe.ts'
import { compare, type Likeness, type Work } from './compare.ts'
import { percent, similarPage } from './similar-page.ts'
import { givenCode, readWorks } from './works.ts'

export interface SimilarWish {
  readonly dir: string
  readonly out: string
  /** 0 to 1: pairs below are not shown. */
  readonly least: number
}

/** `lab similar`: which hand-ins are alike. Writes similar.html, similar.json and a folder for JPlag. */
export async function similar(ctx: Context, { dir, out, least }: SimilarWish): Promise<ExitCode> {
  const { works, names, left } = await whileWaiting(ctx, 'Reading the hand-ins', readWorks(dir))
  if (works.length < 2)
    throw wrongUsage(
      `There are fewer than two hand-ins with source code in ${dir}.`,
      'Give the folder that you gave to lab grade.',
    )
  const given = await givenCode()
  const all = await whileWaiting(ctx, `Comparing ${works.length} hand-ins`, compare(works, given))
  const pairs = all.filter(({ similarity }) => similarity >= least)
  const page = path.join(out, 'similar.html')
  await writeAtomically(page, similarPage(pairs, works, names))
  await writeAtomically(
    path.join(out, 'similar.json'),
    `${safeJson(JSON.stringify({ kind: 'saga-lab-similar', version: 1, pairs, left }, null, 2))}\n`,
  )
  const jplag = path.join(out, 'jplag')
  await exportJplag(jplag, works, given)
  if (ctx.json) ctx.out.json({ pairs: pairs.map(brief), left, files: [page, path.join(out, 'similar.json'), jplag] })
  else tell(ctx, pairs, { names, left, page, jplag })
  return 0
}

const brief = ({ left, right, similarity, longest }: Likeness) => ({
  left,
  right,
  similarity: Math.round(similarity * 1000) / 1000,
  longest,
})

const SHOWN = 10

function tell(
  ctx: Context,
  pairs: readonly Likeness[],
  {
    names,
    left,
    page,
    jplag,
  }: { names: ReadonlyMap<string, string>; left: readonly string[]; page: string; jplag: string },
): void {
  const { out, paint } = ctx
  const name = (key: string) => names.get(key) ?? key
  const rows = pairs
    .slice(0, SHOWN)
    .map((one) => [
      percent(one.similarity),
      name(one.left),
      name(one.right),
      paint.faint(`longest run ${one.longest} tokens`),
    ])
  out.line(rows.length === 0 ? 'No pair is alike that far.' : columns(rows))
  if (left.length > 0) out.line(paint.faint(`without source code, or not to be opened: ${left.join(', ')}`))
  out.line(
    `\nRead before you judge: ${paint.link(page, pathToFileURL(page).href)}\nFor a second opinion by JPlag: ${jplag}`,
  )
}

/** What JPlag wants: a folder a submission, and the code that all were given. */
async function exportJplag(folder: string, works: readonly Work[], given: Work): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const lay = async (at: string, { files }: Work) => {
    for (const { path: file, text } of files) {
      await mkdir(path.dirname(path.join(at, file)), { recursive: true })
      await writeFile(path.join(at, file), text)
    }
  }
  for (const work of works) await lay(path.join(folder, 'submissions', work.key), work)
  await lay(path.join(folder, 'base'), given)
  await writeFile(
    path.join(folder, 'README.txt'),
    `JPlag (https://github.com/jplag/JPlag) compares these hand-ins; base/ is the code that all were given.

  java -jar jplag.jar -l typescript -bc base submissions
`,
  )
}
