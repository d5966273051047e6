/** JSON as other people's programs write it: read without trust, compared by value. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** `undefined` where the text is not JSON. */
export function parseJson(text: string | null): Json | undefined {
  if (text === null) return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The field of an object; `undefined` where there is no such field or no object. */
export function field(value: unknown, ...path: string[]): Json | undefined {
  let at: unknown = value
  for (const name of path) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined
    at = at[name]
  }
  return at as Json | undefined
}

/** Equal as JSON: the order of fields is free. */
export function sameJson(a: unknown, b: unknown): boolean {
  return firstDifference(a, b) === undefined
}

/** The first place where two JSON values differ, as a sentence such as `data.amount is "10", not 10`. */
export function firstDifference(seen: unknown, expected: unknown, path = ''): string | undefined {
  const place = path === '' ? 'the value' : path
  if (Array.isArray(seen) && Array.isArray(expected)) {
    if (seen.length !== expected.length) return `${place} has ${seen.length} items, not ${expected.length}`
    return firstOf(expected.keys(), (i) => firstDifference(seen[i], expected[i], `${path}[${i}]`))
  }
  if (isObject(seen) && isObject(expected)) {
    return (
      firstOf(Object.keys(expected), (key) => {
        const at = path === '' ? key : `${path}.${key}`
        return Object.hasOwn(seen, key) ? firstDifference(seen[key], expected[key], at) : `${at} is missing`
      }) ??
      firstOf(Object.keys(seen), (key) =>
        Object.hasOwn(expected, key) ? undefined : `${path === '' ? key : `${path}.${key}`} was not there before`,
      )
    )
  }
  return Object.is(seen, expected) || (seen === 0 && expected === 0)
    ? undefined
    : `${place} is ${show(seen)}, not ${show(expected)}`
}

function firstOf<T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** One line of at most `max` characters, for people. */
export function show(value: unknown, max = 160): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value))
  return clip(text, max)
}

export function clip(text: string, max = 160): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`
}
