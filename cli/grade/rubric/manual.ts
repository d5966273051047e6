import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { wrongUsage } from '../../command.ts'
import { brokenFile, readYaml } from './load.ts'
import type { Problem } from './problems.ts'
import { isManual, lineMarks, type Rubric } from './shape.ts'

const marks = z.number().multipleOf(0.25)
const comment = z.string()
const line = z.union([
  marks.transform((given) => ({ marks: given, comment: '' })),
  z.strictObject({ marks, comment: comment.default('') }),
])
const entry = z.strictObject({
  lines: z.record(z.string(), line).optional(),
  adjust: z.strictObject({ marks, why: z.string().trim().min(1) }).optional(),
  comment: comment.optional(),
})
/** `manual.yml`. */
export const manualShape = z.strictObject({
  students: z
    .record(z.string(), entry.nullable())
    .nullish()
    .transform((all) => all ?? {}),
})

/** What people gave one student: marks for lines of the rubric, a correction of the sum with its reason, a comment. */
export type ManualEntry = Partial<Pick<z.output<typeof entry>, 'lines' | 'adjust' | 'comment'>>
export type Manual = Readonly<Record<string, ManualEntry>>

export const manualPath = (out: string): string => path.join(out, 'manual.yml')

/**
 * Reads `manual.yml`; where there is none, nobody has given anything. Throws a `LabError` with line and place on a student or a line that
 * does not exist, or on marks out of bounds: a person's work must not be passed over in silence.
 */
export async function readManual(out: string, rubric: Rubric, keys: readonly string[]): Promise<Manual> {
  const file = manualPath(out)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw wrongUsage(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, 'Mend its rights.')
  }
  const read = readYaml(text, manualShape, ({ students }) => problems(students, rubric, keys))
  if ('problems' in read) throw brokenFile('file of your own marks', file, read.problems)
  return Object.fromEntries(Object.entries(read.value.students).map(([key, given]) => [key, given ?? {}]))
}

function problems(
  students: Readonly<Record<string, ManualEntry | null>>,
  rubric: Rubric,
  keys: readonly string[],
): Problem[] {
  const lines = rubric.criteria.flatMap((one) => one.lines).filter(isManual)
  return Object.entries(students).flatMap(([key, given]): Problem[] => {
    const unknown = keys.includes(key) ? [] : [{ at: ['students', key], says: `there is no student "${key}" here` }]
    const wrong = Object.entries(given?.lines ?? {}).flatMap(([name, one]): Problem[] => {
      const at = ['students', key, 'lines', name]
      const own = lines.find(({ manual }) => manual === name)
      if (own === undefined) {
        const there = lines.map(({ manual }) => manual).join(', ') || 'none'
        return [{ at, says: `the rubric has no manual line "${name}"; there are: ${there}` }]
      }
      const most = lineMarks(own)
      return one.marks >= 0 && one.marks <= most ? [] : [{ at, says: `${one.marks} marks are not from 0 to ${most}` }]
    })
    return [...unknown, ...wrong]
  })
}

/** Lays an empty file with its explanation, where there is none. An existing one is never touched. */
export async function layManual(out: string, rubric: Rubric, keys: readonly string[]): Promise<void> {
  const lines = rubric.criteria.flatMap((one) => one.lines).filter(isManual)
  const sample =
    lines.length === 0
      ? ['#     # this rubric has no line for a person']
      : lines.map((one) => `#       ${one.manual}: ${lineMarks(one)}`)
  const text = `# Marks and comments of people. The kit reads this file and never writes it again; 'lab regrade' brings a change into the reports.
#
#   ${keys[0] ?? 'ada-lovelace'}:
#     lines:
${sample.join('\n')}
#     adjust: { marks: -5, why: two days late }
#     comment: A sentence or two, shown on the report.
#
# Students: ${keys.join(' ')}
students:
`
  await writeFile(manualPath(out), text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}
