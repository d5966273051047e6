import { Problem } from './problem.ts'

/** Who asks, as an access token says it. */
export interface Caller {
  /** The user, or the client of a service. */
  readonly sub: string
  readonly role: 'customer' | 'admin' | 'service'
  readonly scopes: readonly string[]
}

/**
 * Whom a route lets in, where the service checks tokens: `anyone` without a token, each `caller` with one, `staff` (admins and services), an
 * `admin`, or whoever has the scope.
 */
export type Needs = 'anyone' | 'caller' | 'staff' | 'admin' | { readonly scope: string }

/** The user whose things alone this caller may see; undefined for staff, and where no tokens are checked. */
export const onlyOf = (caller: Caller | null): string | undefined =>
  caller?.role === 'customer' ? caller.sub : undefined

const missing = (needs: Needs, { role, scopes }: Caller): string | null => {
  if (typeof needs === 'object') return scopes.includes(needs.scope) ? null : `the scope ${needs.scope}`
  if (needs === 'admin') return role === 'admin' ? null : 'the role admin'
  if (needs === 'staff') return role === 'customer' ? 'the role admin, or a service of the shop' : null
  return null
}

/** Throws a Problem (403) that says what the caller lacks. */
export const assertMay = (needs: Needs, caller: Caller): void => {
  const lacks = missing(needs, caller)
  if (lacks === null) return
  const scope = typeof needs === 'object' ? `, scope="${needs.scope}"` : ''
  throw new Problem(403, `authorization: this takes ${lacks}`, [], {
    'www-authenticate': `Bearer realm="saga-lab", error="insufficient_scope"${scope}`,
  })
}
