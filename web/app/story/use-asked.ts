import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../wire/api.ts'

export interface Asked<T> {
  readonly value: T | null
  readonly error: string | null
}

const AT_MOST_EVERY_MS = 400

/**
 * Asks again whenever `key` changes, at most every 0.4 s, and keeps the last answer while the next is on its way. A `key` of null asks
 * nothing; an answer to another `subject` is forgotten at once.
 */
export function useAsked<T>(subject: string, key: string | null, ask: () => Promise<T>): Asked<T> {
  const [answer, setAnswer] = useState<Asked<T> & { readonly subject: string }>({ subject, value: null, error: null })
  const latest = useRef({ ask, known: '' })
  latest.current.ask = ask
  useEffect(() => {
    if (key === null) return
    let wanted = true
    const timer = setTimeout(
      () => {
        latest.current.known = subject
        latest.current.ask().then(
          (value) => wanted && setAnswer({ subject, value, error: null }),
          (error: unknown) => {
            if (!(error instanceof ApiError)) throw error
            if (wanted) setAnswer({ subject, value: null, error: error.message })
          },
        )
      },
      latest.current.known === subject ? AT_MOST_EVERY_MS : 0,
    )
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [subject, key])
  return answer.subject === subject ? answer : { value: null, error: null }
}
