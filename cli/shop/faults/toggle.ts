import { z } from 'zod'

/** What is broken, and so from where: a service from within, a process, the log or the broker from outside. */
export type ToggleKind = 'service' | 'process' | 'log' | 'broker'

/** One failure toggle, as it is listed, drawn and documented. It does nothing itself: see levers/. */
export interface Toggle<S extends z.ZodObject = z.ZodObject> {
  readonly id: string
  readonly title: string
  /** One key, upper and lower case told apart, for a shortcut and beside the title. */
  readonly letter: string
  readonly kind: ToggleKind
  /** One sentence for somebody who sees it the first time. */
  readonly about: string
  /** Services that can be chosen by the setting `service`, the default first; of toggles that are not about one: what they are about. */
  readonly targets: readonly string[]
  /** All have defaults. Beside the toggle's own: `service` where there is a choice, `forSeconds` where there is a state to undo, `seed`. */
  readonly settings: S
  /** By what is known that it has taken effect. */
  readonly confirmedBy: string
  /** Only of those that take a safety away: what goes wrong then. */
  readonly anomaly?: string
  /** Only in the whole shop is there anything to break; the service that only that one has. */
  readonly needs?: string
}

const CORE = ['order', 'payment', 'inventory', 'notification'] as const
/** Of the whole shop; which of them a shop has, it says itself. */
export const SERVICES = [...CORE, 'shipping', 'identity', 'analytics', 'recommendation', 'gateway'] as const
type ServiceName = (typeof SERVICES)[number]

const seed = z.int().min(0).max(1_000_000_000).default(1).describe('the same seed hits the same ones')
const timed = (seconds: number) => ({
  forSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(seconds)
    .describe('mends itself after so many seconds; 0: only when it is asked to'),
  seed,
})
const serviceOf = (first: ServiceName) =>
  z.enum(SERVICES.toSorted((a, b) => Number(b === first) - Number(a === first))).default(first)
const instance = z.int().min(0).max(99).default(0).describe('where a service has several processes, which one')

type About = Pick<Toggle, 'id' | 'title' | 'letter' | 'about' | 'confirmedBy' | 'anomaly' | 'needs'>
/** A switch inside one service of the reference shop. */
export const inside = <S extends z.ZodRawShape>(target: ServiceName, about: About, own: S) => ({
  ...about,
  kind: 'service' as const,
  targets: [target],
  settings: z.strictObject({ ...own, ...timed(60) }),
})

/** A switch that all services of the reference shop have. */
export const insideAny = <S extends z.ZodRawShape>(first: ServiceName, about: About, own: S) => ({
  ...about,
  kind: 'service' as const,
  targets: startingWith(first),
  settings: z.strictObject({ service: serviceOf(first), ...own, ...timed(60) }),
})

/** A fault of one process. `seconds`: after which it is mended, if nothing else is said. */
export const ofProcess = <S extends z.ZodRawShape>(first: ServiceName, seconds: number, about: About, own: S) => ({
  ...about,
  kind: 'process' as const,
  targets: startingWith(first),
  settings: z.strictObject({ service: serviceOf(first), instance, ...own, ...timed(seconds) }),
})

/** A fault of a process of one certain service. */
export const ofOne = <S extends z.ZodRawShape>(target: ServiceName, seconds: number, about: About, own: S) => ({
  ...about,
  kind: 'process' as const,
  targets: [target],
  settings: z.strictObject({ instance, ...own, ...timed(seconds) }),
})

/** Something that is written into a topic: it happens once, and nothing is left to undo. */
export const inLog = <S extends z.ZodRawShape>(topics: readonly string[], about: About, own: S) => ({
  ...about,
  kind: 'log' as const,
  targets: topics,
  settings: z.strictObject({
    topic: z
      .string()
      .regex(/^[\w.-]{1,249}$/)
      .default(topics[0] ?? '')
      .describe('a topic of the shop'),
    ...own,
    seed,
  }),
})

export const ofBroker = (seconds: number | null, about: About) => ({
  ...about,
  kind: 'broker' as const,
  targets: ['kafka'],
  settings: z.strictObject(seconds === null ? { seed } : timed(seconds)),
})

const startingWith = (first: ServiceName): string[] => [first, ...SERVICES.filter((name) => name !== first)]
