/**
 * The marks in a solution that say what its starter loses:
 *
 *     // lab:begin D
 *     code of the solution
 *     // lab:else
 *     // code of the starter, as a comment
 *     // lab:end
 *
 * `lab:else` may be left out. In YAML the comments start with `#`.
 */

const MARK = /^\s*(?:\/\/|#) lab:(begin [A-Z]|else|end)\s*$/
const COMMENT = /^(\s*)(?:\/\/|#) ?/

type Region = 'kept' | 'solution' | 'starter'

/** Every line that is no mark, with the region that it stands in. Throws with the line number on a mark out of place. */
function* regions(source: string): Generator<{ line: string; region: Region }> {
  let region: Region = 'kept'
  for (const [index, line] of source.split('\n').entries()) {
    const mark = MARK.exec(line)?.[1]
    if (mark === undefined) {
      yield { line, region }
      continue
    }
    const next = follow(region, mark)
    if (next === undefined) throw new Error(`line ${index + 1}: "lab:${mark}" does not belong here`)
    region = next
  }
  if (region !== 'kept') throw new Error('the last "lab:begin" has no "lab:end"')
}

function follow(region: Region, mark: string): Region | undefined {
  if (mark.startsWith('begin')) return region === 'kept' ? 'solution' : undefined
  if (mark === 'else') return region === 'solution' ? 'starter' : undefined
  return region === 'kept' ? undefined : 'kept'
}

/** The file as the answer shows it: without marks and without the starter's lines. */
export function toSolution(source: string): string {
  return [...regions(source)]
    .filter(({ region }) => region !== 'starter')
    .map(({ line }) => line)
    .join('\n')
}

/** What a student writes: the lines of each region that the starter loses, without its marks. */
export function writtenRegions(source: string): string[][] {
  const found: string[][] = []
  let before: Region = 'kept'
  for (const { line, region } of regions(source)) {
    if (region === 'solution' && before !== 'solution') found.push([])
    if (region === 'solution') found.at(-1)?.push(line)
    before = region
  }
  return found
}

/** The file as a student starts with it: what stands between the marks is gone, what follows `lab:else` is there. */
export function toStarter(source: string): string {
  return [...regions(source)]
    .filter(({ region }) => region !== 'solution')
    .map(({ line, region }) => (region === 'starter' ? line.replace(COMMENT, '$1') : line))
    .join('\n')
}

/** Lines of code, without blank lines and comments: those that a student is given, and those that stand between the marks of the solution. */
export function codeLines(source: string): { readonly given: number; readonly written: number } {
  const code = [...regions(source)].filter(({ line }) => !/^\s*($|\/\/|\/\*|\*|#)/.test(line))
  const count = (wanted: Region) => code.filter(({ region }) => region === wanted).length
  return { given: count('kept'), written: count('solution') }
}
