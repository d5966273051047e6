import { Problem } from '../../kit/service/http/problem.ts'

type Params = Readonly<Record<string, string | readonly string[] | undefined>>

const separators = /[/\\\p{Cc}]/u

/** A decoded segment of a path, encoded anew. One that would lead elsewhere (`..`, a slash that was hidden as %2f) is refused. */
const encode = (text: string): string => {
  if (text !== '' && text !== '.' && text !== '..' && !separators.test(text)) return encodeURIComponent(text)
  const message = 'a part of it is empty, or holds dots alone, a slash or a control character'
  throw new Problem(400, `path: ${message}`, [{ field: 'path', message }])
}

/**
 * Writes the path for a service from a door's path and the parameters that came, never from the text that came: so what the gateway checked
 * is what the service gets.
 */
export const createTarget = (path: string): ((params: Params) => string) => {
  const parts = path.split('/').slice(1)
  return (params) => {
    const written = parts.map((part) => {
      const given = params[part.slice(1)]
      return part.startsWith(':') ? encode(typeof given === 'string' ? given : '') : part
    })
    return `/${written.join('/')}`
  }
}
