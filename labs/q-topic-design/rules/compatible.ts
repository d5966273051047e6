/** May a reader that holds one JSON Schema read what a writer with another one writes? */
import { isObject } from '../../../cli/check/json.ts'

type Schema = Readonly<Record<string, unknown>>

const asSchema = (value: unknown): Schema => (isObject(value) ? value : {})
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value])
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

/** Which version an event has is what differs on purpose. */
const APART = new Set(['version'])

/** The ways in which a document of `writer` can be refused by `reader`, a sentence each; none where all are read. */
export function refusals(writer: Schema, reader: Schema, place = ''): string[] {
  const at = place === '' ? 'the event' : place
  return [
    ...types(writer, reader, at),
    ...values(writer, reader, at),
    ...limits(writer, reader, at),
    ...fields(writer, reader, place),
    ...('items' in writer && 'items' in reader
      ? refusals(asSchema(writer.items), asSchema(reader.items), `${at}[]`)
      : []),
  ]
}

function types(writer: Schema, reader: Schema, at: string): string[] {
  const read = listOf(reader.type)
  if (read.length === 0) return []
  const written = listOf(writer.type)
  const fits = (type: unknown) => read.includes(type) || (type === 'integer' && read.includes('number'))
  if (written.length > 0 && written.every(fits)) return []
  return [`${at} is written as ${written.join(' or ') || 'anything'} and read as ${read.join(' or ')}`]
}

function values(writer: Schema, reader: Schema, at: string): string[] {
  const allowed = 'const' in reader ? [reader.const] : reader.enum
  if (!Array.isArray(allowed)) return []
  const written = 'const' in writer ? [writer.const] : writer.enum
  const strange = Array.isArray(written) ? written.filter((value) => !allowed.includes(value)) : ['any value']
  return strange.length === 0
    ? []
    : [`${at} is written as ${strange.join(' or ')}; read is only ${allowed.join(' or ')}`]
}

const LEAST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const
const MOST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const

function limits(writer: Schema, reader: Schema, at: string): string[] {
  const stricter = (word: string, sign: 1 | -1): string[] => {
    const [wanted, given] = [numberOf(reader[word]), numberOf(writer[word])]
    if (wanted === undefined || (given !== undefined && (given - wanted) * sign >= 0)) return []
    return [
      `${at}: the reader asks for ${word} ${wanted}, the writer ${given === undefined ? 'does not' : `for ${given}`}`,
    ]
  }
  const texts = ['pattern', 'format'].flatMap((word) =>
    reader[word] === undefined || reader[word] === writer[word]
      ? []
      : [`${at}: the reader asks for ${word} ${reader[word]}, the writer does not`],
  )
  return [...LEAST.flatMap((word) => stricter(word, 1)), ...MOST.flatMap((word) => stricter(word, -1)), ...texts]
}

function fields(writer: Schema, reader: Schema, place: string): string[] {
  const [written, read] = [asSchema(writer.properties), asSchema(reader.properties)]
  const sure = new Set(listOf(writer.required))
  const name = (field: string) => (place === '' ? field : `${place}.${field}`)
  const missing = listOf(reader.required).filter((field) => !sure.has(field) && !APART.has(String(field)))
  const strange = reader.additionalProperties === false ? Object.keys(written).filter((field) => !(field in read)) : []
  return [
    ...missing.map((field) => `${name(String(field))} is required by the reader, and the writer may leave it out`),
    ...strange.map((field) => `${name(field)} is written, and the reader allows no other fields`),
    ...Object.keys(read)
      .filter((field) => field in written && !APART.has(field))
      .flatMap((field) => refusals(asSchema(written[field]), asSchema(read[field]), name(field))),
  ]
}
