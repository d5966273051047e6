/** Writes labs/questions/bug-code.json, the lines of wrong shops that the questions show: `node cli/author/bug-code.ts`. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bankOf } from '../../labs/questions/bank.ts'
import type { BankQuestion, Bug } from '../../labs/questions/question.ts'
import { excerpt } from './excerpt.ts'
import { PARTS } from './lay.ts'
import { layMistake, readMistakes } from './mistakes.ts'

export const BUG_CODE = resolve(import.meta.dirname, '../../labs/questions/bug-code.json')

const isBug = (question: BankQuestion): question is Bug => question.kind === 'bug'

/** What the file must hold now. */
export async function bugCodeText(): Promise<string> {
  const bugs = (await Promise.all(PARTS.map(bankOf))).flat().filter(isBug)
  const mistakes = await readMistakes()
  const code: Record<string, string> = {}
  for (const { mistake: name, file, at, lines } of bugs) {
    const mistake = mistakes.find((one) => one.name === name)
    if (mistake === undefined) throw new Error(`There is no mistake ${name}.`)
    const dir = await mkdtemp(join(tmpdir(), 'lab-bug-'))
    try {
      await layMistake(mistake, dir)
      code[name] = excerpt(await readFile(join(dir, file), 'utf8'), at, { comments: false, lines })
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }
  return `${JSON.stringify(code, null, 2)}\n`
}

if (import.meta.main) {
  await writeFile(BUG_CODE, await bugCodeText())
  console.log('labs/questions/bug-code.json')
}
