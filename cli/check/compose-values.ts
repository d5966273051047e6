import { isObject } from './json.ts'

/** Variables as the file `.env` sets them. */
export type Variables = ReadonlyMap<string, string>

/**
 * Puts in what compose would put in with these variables: `${NAME:-x}` and `${NAME-x}` become `x` where NAME is not set, `${NAME:+x}` where it is, `$$`
 * becomes `$`.
 */
export function interpolate(value: unknown, variables: Variables = new Map()): unknown {
  if (typeof value === 'string') return text(value, variables)
  if (Array.isArray(value)) return value.map((inner) => interpolate(inner, variables))
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, interpolate(inner, variables)]))
  return value
}

/** `NAME=value` a line, as `.env` and the files of `env_file` have it: comments, quotes and `export` allowed. */
export function readVariables(file: string): Map<string, string> {
  const variables = new Map<string, string>()
  for (const line of file.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*(.*?)\s*$/.exec(line)
    if (match !== null) variables.set(match[1] ?? '', unquoted(match[2] ?? ''))
  }
  return variables
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*?)\1\s*(#.*)?$/.exec(value)
  return quoted === null ? value.replace(/(^|\s)#.*$/, '').trim() : (quoted[2] ?? '')
}

function text(value: string, variables: Variables): string {
  let result = ''
  for (let i = 0; i < value.length; i++) {
    if (value[i] !== '$') {
      result += value[i]
    } else if (value[i + 1] === '$') {
      result += '$'
      i++
    } else if (value[i + 1] === '{') {
      const end = closing(value, i + 2)
      result += substitute(value.slice(i + 2, end), variables)
      i = end
    } else {
      const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(value.slice(i + 1))?.[0] ?? ''
      result += name === '' ? '$' : (variables.get(name) ?? '')
      i += name.length
    }
  }
  return result
}

function closing(value: string, from: number): number {
  let depth = 1
  for (let i = from; i < value.length; i++) {
    if (value.startsWith('${', i)) depth++
    if (value[i] === '}' && --depth === 0) return i
  }
  return value.length
}

function substitute(inside: string, variables: Variables): string {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(:?[-?+])?([\s\S]*)$/.exec(inside)
  const [, name = '', sign = '', other = ''] = match ?? []
  const value = variables.get(name)
  const isSet = value !== undefined && (value !== '' || !sign.startsWith(':'))
  if (sign.endsWith('+')) return isSet ? text(other, variables) : ''
  if (isSet) return value
  return sign.endsWith('-') ? text(other, variables) : ''
}
