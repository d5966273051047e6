import { isObject } from './json.ts'

/** Puts in what compose would put in where no variable is set: `${NAME:-x}` and `${NAME-x}` become `x`, `$$` becomes `$`. */
export function interpolate(value: unknown): unknown {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return value.map(interpolate)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, interpolate(inner)]))
  return value
}

function text(value: string): string {
  let result = ''
  for (let i = 0; i < value.length; i++) {
    if (value[i] !== '$') {
      result += value[i]
    } else if (value[i + 1] === '$') {
      result += '$'
      i++
    } else if (value[i + 1] === '{') {
      const end = closing(value, i + 2)
      result += substitute(value.slice(i + 2, end))
      i = end
    } else {
      const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(value.slice(i + 1))?.[0] ?? ''
      if (name === '') result += '$'
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

function substitute(inside: string): string {
  const match = /^[A-Za-z_][A-Za-z0-9_]*(:?[-?+])?([\s\S]*)$/.exec(inside)
  return match?.[1]?.endsWith('-') ? text(match[2] ?? '') : ''
}
