import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { wrongUsage } from '../../command.ts'

/** One line of the instructor's list. What the list does not have is null. */
export interface Enrolled {
  readonly name: string
  readonly id: string | null
  readonly email: string | null
  readonly login: string | null
}

/** Column names as the platforms write them, in small letters without signs. The first that is there counts. */
const COLUMNS = {
  name: ['name', 'fullname', 'student', 'studentname', 'rosteridentifier'],
  first: ['firstname', 'givenname'],
  last: ['lastname', 'surname', 'familyname'],
  id: ['identifier', 'participant', 'id', 'idnumber', 'studentid', 'userid', 'sisuserid', 'matriculation'],
  email: ['email', 'emailaddress', 'mail'],
  login: ['githubusername', 'github', 'login', 'username', 'sisloginid'],
} as const

/**
 * Reads a class list as Moodle, Canvas or GitHub Classroom export it, or one of one's own: CSV with a header, commas or semicolons. Throws a
 * `LabError` that names the line.
 */
export async function readRoster(file: string): Promise<Enrolled[]> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw wrongUsage(
      `The roster ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Give a CSV file.',
    )
  }
  return parseRoster(text, file)
}

export function parseRoster(text: string, file = 'roster.csv'): Enrolled[] {
  const header = text.slice(0, text.indexOf('\n') + 1 || undefined)
  const delimiter = header.split(';').length > header.split(',').length ? ';' : ','
  let rows: Record<string, string>[]
  try {
    const columns = (names: string[]) => names.map((one) => one.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''))
    rows = parse(text, { bom: true, columns, delimiter, skip_empty_lines: true, trim: true, relax_column_count: true })
  } catch (error) {
    throw wrongUsage(`The roster ${file} is no CSV: ${(error as Error).message}.`, 'Export it again as CSV (UTF-8).')
  }
  const enrolled = rows.flatMap((row): Enrolled[] => {
    const cell = (of: keyof typeof COLUMNS) => COLUMNS[of].map((name) => row[name]).find((value) => value) ?? null
    const parts = [cell('first'), cell('last')].filter((part) => part !== null)
    const name = cell('name') ?? (parts.length > 0 ? parts.join(' ') : (cell('login') ?? cell('email')))
    // Moodle's grading sheet says "Participant 4711", its file names only the number.
    const id = cell('id')?.replace(/^participant\s+/i, '') ?? null
    return name === null ? [] : [{ name: spoken(name), id, email: cell('email'), login: cell('login') }]
  })
  if (enrolled.length > 0) return enrolled
  throw wrongUsage(
    `The roster ${file} names nobody.`,
    'It needs a header with at least one of: name, first name and last name, email, login. Further columns: id.',
  )
}

/** `Lovelace, Ada` as it is said: Ada Lovelace. */
const spoken = (name: string): string => name.replace(/^([^,]+),\s*([^,]+)$/, '$2 $1')

/** The line that is meant: the same id or login, else the same name in any order of its words, where it is the only one. */
export function enrolledAs(roster: readonly Enrolled[], who: Omit<Enrolled, 'email'>): Enrolled | undefined {
  const same = (a: string | null, b: string | null) => a !== null && b !== null && a.toLowerCase() === b.toLowerCase()
  const known =
    roster.find((one) => same(one.id, who.id)) ?? roster.find((one) => same(one.login, who.login ?? who.name))
  if (known !== undefined) return known
  const alike = roster.filter(({ name, email }) =>
    [name, email?.split('@')[0] ?? name].some((one) => folded(one) === folded(who.name)),
  )
  return alike.length === 1 ? alike[0] : undefined
}

/** `Lovelace, Ada`, `ada-lovelace` and `lovelaceada` are one name: Canvas puts the last name first and leaves the space out. */
function folded(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return [...plain.replace(/[^\p{L}\p{N}]/gu, '')].toSorted().join('')
}
