/** What of `window` the token needs. */
export interface TokenPlace {
  readonly location: { readonly hash: string; readonly pathname: string; readonly search: string }
  readonly history: { replaceState(data: unknown, unused: string, url: string): void }
  readonly storage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
}

export const TOKEN_KEY = 'saga-lab-token'

/**
 * The token that the hub put into the address's fragment (`#token=…`), or the one that this tab has from before; null without any.
 * It goes into sessionStorage, which other ports of the same machine cannot read, and out of the address, which gets shared.
 */
export function takeToken({ location, history, storage }: TokenPlace): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (!token) return storage.getItem(TOKEN_KEY)
  storage.setItem(TOKEN_KEY, token)
  history.replaceState(null, '', location.pathname + location.search)
  return token
}
