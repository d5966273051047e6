import { isManual, lineMarks, type Rubric } from './shape.ts'

/** One thing that is wrong in a rubric, with the place as keys and indexes. */
export interface Problem {
  readonly at: readonly (string | number)[]
  readonly says: string
}

const TOTAL = 100

/** What does not add up, is named twice or not at all, or is no check. `known` are the ids of all checks; those of `core` must be named, all by default. */
export function rubricProblems(rubric: Rubric, known: readonly string[], core: readonly string[] = known): Problem[] {
  return [...sums(rubric), ...names(rubric), ...levels(rubric), ...checks(rubric, known, core)]
}

function sums({ criteria }: Rubric): Problem[] {
  const total = sum(criteria.map(({ marks }) => marks))
  const wrong = criteria.flatMap(({ title, marks, lines }, i): Problem[] => {
    const own = sum(lines.map(lineMarks))
    const says = `"${title}" is worth ${marks} marks, but its lines add up to ${own}`
    return own === marks ? [] : [{ at: ['criteria', i, 'marks'], says }]
  })
  const says = `the criteria add up to ${total} marks, not to ${TOTAL}`
  return total === TOTAL ? wrong : [...wrong, { at: ['criteria'], says }]
}

function names({ criteria }: Rubric): Problem[] {
  const ids = criteria.map(({ id }, i) => ({ name: id, at: ['criteria', i, 'id'] }))
  const manual = criteria.flatMap(({ lines }, i) =>
    lines.flatMap((line, j) =>
      isManual(line) ? [{ name: line.manual, at: ['criteria', i, 'lines', j, 'manual'] }] : [],
    ),
  )
  return [ids, manual].flatMap((all) =>
    all
      .filter(({ name }, i) => all.findIndex((other) => other.name === name) < i)
      .map(({ name, at }) => ({ at, says: `the name "${name}" is taken already` })),
  )
}

function levels({ criteria }: Rubric): Problem[] {
  return criteria.flatMap(({ lines }, i) =>
    lines.flatMap((line, j): Problem[] => {
      if (!isManual(line)) return []
      const marks = line.levels.map((level) => level.marks)
      const rising = marks.every((one, k) => k === 0 || one > (marks[k - 1] ?? 0))
      const at = ['criteria', i, 'lines', j, 'levels']
      return rising ? [] : [{ at, says: 'levels go from the lowest marks to the highest, each once' }]
    }),
  )
}

function checks({ criteria, left_out }: Rubric, known: readonly string[], core: readonly string[]): Problem[] {
  const named: { id: string; at: Problem['at']; where: string }[] = [
    ...criteria.flatMap(({ lines }, i) =>
      lines.flatMap((line, j) =>
        isManual(line)
          ? []
          : Object.keys(line.checks).map((id) => ({
              id,
              at: ['criteria', i, 'lines', j, 'checks', id],
              where: line.title,
            })),
      ),
    ),
    ...left_out.map((id, i) => ({ id, at: ['left_out', i], where: 'left_out' })),
  ]
  const unknown = named.filter(({ id }) => !known.includes(id))
  const twice = named.flatMap(({ id, at }, i) => {
    const first = named.slice(0, i).find((other) => other.id === id)
    return first === undefined
      ? []
      : [{ at, says: `check ${id} is named twice: it counts for "${first.where}" already` }]
  })
  const missing = core.filter((id) => !named.some((one) => one.id === id))
  return [
    ...unknown.map(({ id, at }) => ({ at, says: `there is no check ${id}; there are ${known.join(' ')}` })),
    ...twice,
    ...(missing.length === 0
      ? []
      : [
          {
            at: ['criteria'],
            says: `no line names ${missing.join(', ')}; a check that shall not count belongs into left_out`,
          },
        ]),
  ]
}

/** Halves are exact in binary; the rounding is for those who add thirds. */
const sum = (all: readonly number[]): number => Math.round(all.reduce((total, one) => total + one, 0) * 1000) / 1000
