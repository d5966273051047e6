/**
 * Fills the regions of answer-key/<part>/README.md: `<!-- code: FILE :: TEXT -->` with the lines of the solution that begin with TEXT, and
 * `<!-- mistakes -->` with the mistakes of the part: `node cli/author/answer-pages.ts`.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { AnyPart } from '../check/contract.ts'
import { excerpt } from './excerpt.ts'
import { ADVANCED_PARTS, PARTS, partFiles } from './lay.ts'
import { readMistakes } from './mistakes.ts'

export const EXPLAINED: readonly AnyPart[] = [...PARTS, ...ADVANCED_PARTS]

export const answerPath = (part: AnyPart): string => resolve(import.meta.dirname, '../../answer-key', part, 'README.md')

const CODE = /<!-- code: (\S+) :: (.+?)(?: :: (\d+))? -->\n[\s\S]*?<!-- end -->/g
const MISTAKES = /<!-- mistakes -->\n[\s\S]*?<!-- end -->/

/** The page with its regions filled. Throws for a region whose file or text is not there. */
export async function fillAnswer(text: string, part: AnyPart): Promise<string> {
  const files = await partFiles(part, 'solution')
  const withCode = text.replace(CODE, (_all, file: string, at: string, lines: string | undefined) => {
    const source = files.get(file)
    if (source === undefined) throw new Error(`The solution of ${part} has no ${file}.`)
    const mark = `<!-- code: ${file} :: ${at}${lines === undefined ? '' : ` :: ${lines}`} -->`
    const code = excerpt(source, at, lines === undefined ? {} : { lines: Number(lines) })
    return `${mark}\n\n\`\`\`${file.endsWith('.ts') ? 'ts' : 'yaml'}\n${code}\n\`\`\`\n\n<!-- end -->`
  })
  const list = await mistakesOf(part)
  return withCode.replace(MISTAKES, () => `<!-- mistakes -->\n\n${list}\n\n<!-- end -->`)
}

async function mistakesOf(part: AnyPart): Promise<string> {
  const rows = (await readMistakes([part])).map(({ title, why, diagnosis }) => {
    return `- **${title}.** ${why} → [\`${diagnosis}\`](../../docs/mistakes.md#${diagnosis})`
  })
  return rows.join('\n')
}

if (import.meta.main) {
  for (const part of EXPLAINED) {
    const path = answerPath(part)
    await writeFile(path, await fillAnswer(await readFile(path, 'utf8'), part))
  }
  console.log(`answer-key: ${EXPLAINED.length} pages`)
}
