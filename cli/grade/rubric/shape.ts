import { z } from 'zod'
import { CONTRACT } from '../../check/contract.ts'

const words = z.string().trim().min(1)
const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of small letters, digits and hyphens is needed')
const marks = z.number().min(0).max(100).multipleOf(0.5)
const check = z.string().regex(/^[A-Z]\d$/, 'the id of a check is needed, such as D2')

const level = z
  .strictObject({ marks, says: words.describe('What a submission of this level is like.') })
  .describe('A level of a line that a person judges.')

const checksLine = z
  .strictObject({
    title: words,
    checks: z
      .record(check, marks.gt(0))
      .refine((own) => Object.keys(own).length > 0, 'at least one check is needed')
      .describe(
        'The checks that count for this line, each with its marks. A check that earned half of its own marks earns half of these.',
      ),
  })
  .describe('A line that the checks decide.')

const manualLine = z
  .strictObject({
    title: words,
    manual: name.describe('The name under which manual.yml has the marks of this line.'),
    levels: z.array(level).min(2).describe('From the lowest to the highest; the highest has the marks of the line.'),
  })
  .describe('A line that a person decides, in manual.yml.')

const criterion = z.strictObject({
  id: name,
  title: words,
  marks,
  about: words.optional(),
  lines: z.array(z.union([checksLine, manualLine])).min(1),
})

/** `rubric.yml`. What the shape alone cannot say (sums, names, each check once) is in problems.ts. */
export const rubricShape = z
  .strictObject({
    rubric: z.literal(1).describe('The version of this format.'),
    contract: z.literal(CONTRACT).describe('The version of the lab contract whose checks are meant.'),
    title: words,
    left_out: z
      .array(check)
      .default([])
      .describe('Checks that count for nothing here. They are run if the parts are asked for.'),
    criteria: z.array(criterion).min(1),
  })
  .describe('A rubric of Saga Lab: what marks are given for.')

export type Rubric = z.output<typeof rubricShape>
export type Criterion = Rubric['criteria'][number]
export type Line = Criterion['lines'][number]
export type ManualLine = Extract<Line, { manual: string }>
export type ChecksLine = Extract<Line, { checks: unknown }>

export const isManual = (line: Line): line is ManualLine => 'manual' in line

/** What a line is worth at most. */
export function lineMarks(line: Line): number {
  if (isManual(line)) return Math.max(...line.levels.map((level) => level.marks))
  return Object.values(line.checks).reduce((sum, one) => sum + one, 0)
}

/** The JSON Schema for editors: `rubric/rubric.schema.json`. */
export function rubricSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(rubricShape, { io: 'input' }), null, 2)}\n`
}
