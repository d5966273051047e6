import { passedOn } from './environment.ts'
import type { ServiceWish } from './fleet.ts'
import { ADMIN_EMAIL, type Secrets } from './secrets.ts'
import { SHOP_PORTS, type UrlOf } from './usual-ports.ts'

/** A parcel is on its way for half a minute, unless it is said otherwise: long enough to be seen, short enough to wait for. */
const carrier = ({ CARRIER_STEP_MS = '8000' }: NodeJS.ProcessEnv) => ({ CARRIER_STEP_MS })

/** Nine services on the cores of one laptop: at 167 orders a second this saves a tenth of the CPU, and the mail is out sooner than without. */
export const gathering = ({ FETCH_REST_MS = '5' }: NodeJS.ProcessEnv) => ({ FETCH_REST_MS })

/** Settings of one's own that reach the service that knows them. */
const PASSED_ON: Readonly<Record<string, readonly string[]>> = {
  ...{ order: ['LOCAL_GUESTS'], payment: ['LOCAL_GUESTS'], inventory: ['LOCAL_GUESTS'] },
  ...{ notification: ['LOCAL_GUESTS', 'SMTP_URL'], gateway: ['REDIS_URL', 'CORS_ORIGINS'] },
}

/** All nine services with what each needs to know beside the broker: the others' addresses, whose tokens count, and where the secrets lie. */
export function wholeShop(secrets: Secrets, env: NodeJS.ProcessEnv): ServiceWish[] {
  const names = Object.keys(SHOP_PORTS)
  const upstream = (urlOf: UrlOf) =>
    names.filter((name) => name !== 'gateway').map((name) => [`${name.toUpperCase()}_URL`, urlOf(name)])
  const own: Readonly<Record<string, (urlOf: UrlOf) => Record<string, string>>> = {
    shipping: () => carrier(env),
    identity: () => ({
      CLIENTS_FILE: secrets.clientsFile,
      ...{ ADMIN_EMAIL, ADMIN_PASSWORD_FILE: secrets.adminPasswordFile },
    }),
    notification: (urlOf) => ({
      ...{ IDENTITY_URL: urlOf('identity'), CLIENT_SECRET_FILE: secrets.secretFile('notification'), ADMIN_EMAIL },
    }),
    gateway: (urlOf) => Object.fromEntries(upstream(urlOf)),
  }
  return names.map((name) => ({
    name,
    env: (urlOf) => ({
      ...{ SHOP: 'whole', AUTH_ISSUER: urlOf('identity'), ...gathering(env) },
      ...own[name]?.(urlOf),
      ...passedOn(env, PASSED_ON[name] ?? []),
    }),
  }))
}
