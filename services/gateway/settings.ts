import { z } from 'zod'
import { httpSettings } from '../../kit/service/settings.ts'

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** One address, or several of one service with commas between: they are asked in turn. */
const addresses = (port: number) =>
  z
    .string()
    .default(`http://127.0.0.1:${port}`)
    .transform(list)
    .pipe(
      z
        .array(z.string().refine((text) => isOrigin(text) && text.startsWith('http:'), 'expected http://host:port'))
        .min(1),
    )

const count = (fallback: number, max: number) => z.coerce.number().int().min(1).max(max).default(fallback)

export const gatewaySettings = httpSettings({ port: 8080 }).extend({
  /** Nobody comes in without a token of this issuer: the gateway has no setting that opens it. */
  AUTH_ISSUER: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:5005'),
  /** Where order answers: an address, or several with commas between. */
  ORDER_URL: addresses(5000),
  /** Where payment answers: an address, or several with commas between. */
  PAYMENT_URL: addresses(5001),
  /** Where inventory answers: an address, or several with commas between. */
  INVENTORY_URL: addresses(5002),
  /** Where notification answers: an address, or several with commas between. */
  NOTIFICATION_URL: addresses(5003),
  /** Where shipping answers: an address, or several with commas between. */
  SHIPPING_URL: addresses(5004),
  /** Where identity answers: an address, or several with commas between. */
  IDENTITY_URL: addresses(5005),
  /** Where analytics answers: an address, or several with commas between. */
  ANALYTICS_URL: addresses(5006),
  /** Where recommendation answers: an address, or several with commas between. */
  RECOMMENDATION_URL: addresses(5007),
  /** A service that takes longer, from its first to its last byte, is given up. */
  UPSTREAM_TIMEOUT_MS: count(5_000, 60_000),
  /** So many failures in a row, and a service is left alone for BREAKER_REST_MS. */
  BREAKER_FAILURES: count(5, 1_000),
  /** So long it is left alone; then one request tries. */
  BREAKER_REST_MS: count(2_000, 300_000),
  /** Requests a second of one user, in the mean over the time that RATE_LIMIT_BURST of them take. */
  RATE_LIMIT_USER: count(20, 1_000_000),
  /** How many of them may come at once. */
  RATE_LIMIT_BURST: count(40, 1_000_000),
  /** Requests a second of one address that come without a good token. */
  RATE_LIMIT_IP: count(50, 1_000_000),
  /** Requests a second of one caller with the role service: programs of the shop, and whoever measures it. */
  RATE_LIMIT_SERVICE: count(100_000, 10_000_000),
  /** Where several gateways count together: redis://host:port. Default: each counts for itself. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** Pages of these origins may call, such as https://shop.example,http://localhost:3000. Default: none. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform(list)
    .pipe(z.array(z.string().refine(isOrigin, 'expected exact origins such as https://shop.example'))),
  /** Open streams of events, of all callers. */
  MAX_STREAMS: count(1_000, 100_000),
  /** Open streams of events, of one caller. */
  MAX_STREAMS_USER: count(10, 100_000),
})

export type GatewaySettings = z.output<typeof gatewaySettings>
