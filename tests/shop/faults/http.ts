/** One request as a client of a shop under attack sees it: an answer, a sure no, or no knowledge. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  /** Nobody listened: it certainly did not happen. */
  | { readonly kind: 'refused' }
  /** Cut off or too late: it may have happened. */
  | { readonly kind: 'unknown'; readonly why: string }

const PATIENCE_MS = 4_000

const codeOf = (error: unknown): string => {
  const { cause, name } = error as { cause?: { code?: string }; name?: string }
  return cause?.code ?? name ?? 'error'
}

export const ask = async (
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> => {
  try {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { kind: 'answer', status: response.status, body: JSON.parse(text) as Record<string, unknown> }
  } catch (error) {
    const code = codeOf(error)
    return code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'unknown', why: code }
  }
}
