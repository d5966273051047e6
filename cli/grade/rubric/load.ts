import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { AnyPart } from '../../check/contract.ts'
import { ALL_PART_NAMES, checksOf, PART_NAMES } from '../../check/course.ts'
import { wrongUsage } from '../../command.ts'
import { type Problem, rubricProblems } from './problems.ts'
import { type Rubric, rubricShape } from './shape.ts'

export const RUBRIC_FILE = path.resolve(import.meta.dirname, '../../../rubric/rubric.yml')

/** Reads a rubric and holds it to all that is asked of one. Throws a `LabError` that names file, line, place and what is wrong. */
export async function loadRubric(file = RUBRIC_FILE): Promise<Rubric> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code
    throw wrongUsage(`The rubric ${file} cannot be read (${why}).`, 'Give a file: --rubric <file>.')
  }
  return readRubric(text, file)
}

export async function readRubric(text: string, file: string): Promise<Rubric> {
  const [known, core] = await Promise.all([idsOf(ALL_PART_NAMES), idsOf(PART_NAMES)])
  const read = readYaml(text, rubricShape, (rubric) => rubricProblems(rubric, known, core))
  if ('value' in read) return read.value
  throw brokenFile('rubric', file, read.problems)
}

const idsOf = async (parts: readonly AnyPart[]): Promise<string[]> =>
  (await Promise.all(parts.map(checksOf))).flat().map(({ id }) => id)

/** `line 4, criteria › 0 › marks: …`, the first five of them. */
export function brokenFile(what: string, file: string, problems: readonly string[]) {
  const shown = problems.slice(0, 5).map((one) => `  ${one}`)
  const more = problems.length > shown.length ? [`  and ${problems.length - shown.length} more`] : []
  return wrongUsage(
    `The ${what} ${file} cannot be used:\n${[...shown, ...more].join('\n')}`,
    `Mend the file; rubric/README.md in the kit says what belongs into it.`,
  )
}

type Read<T> = { readonly value: T } | { readonly problems: readonly string[] }

/** YAML of a known shape, with a line number for whatever is wrong. */
export function readYaml<S extends z.ZodType>(
  text: string,
  shape: S,
  more: (value: z.output<S>) => readonly Problem[] = () => [],
): Read<z.output<S>> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    return { problems: document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`) }
  }
  const said = ({ at, says }: Problem): string => {
    const place = lineOf(at)
    return `${place === undefined ? '' : `line ${place}, `}${at.length === 0 ? 'the file' : at.join(' › ')}: ${says}`
  }
  const lineOf = (at: Problem['at']): number | undefined => {
    for (let end = at.length; end >= 0; end--) {
      const node = end === 0 ? document.contents : document.getIn(at.slice(0, end), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return undefined
  }
  const read = shape.safeParse(document.toJS({ maxAliasCount: 0 }))
  if (!read.success) {
    return {
      problems: read.error.issues
        .flatMap(flat)
        .map(({ path: at, message }) => said({ at: at.map(plain), says: message })),
    }
  }
  const problems = more(read.data)
  return problems.length === 0 ? { value: read.data } : { problems: problems.map(said) }
}

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>

/** A line that fits neither kind says `Invalid input`; what it lacks as the nearer kind says more. */
function flat(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const nearest = issue.errors.toSorted((a, b) => a.length - b.length)[0] ?? []
  return nearest.length === 0 ? [issue] : nearest.map((one) => ({ ...one, path: [...issue.path, ...one.path] }))
}

const plain = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key))
