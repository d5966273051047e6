import { z } from 'zod'

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback)

/** What whoever serves HTTP reads from its environment. */
export const httpSettings = (defaults: { readonly port: number }) =>
  z.object({
    /** The port to listen on; 0 takes any that is free. */
    PORT: integer(defaults.port, 0, 65_535),
    /** The address to listen on; 0.0.0.0 in a container. */
    HOST: z.string().default('127.0.0.1'),
    /** Where traces go, by OTLP over HTTP. Default: nowhere. */
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url().optional(),
    /** Whose access tokens are asked for and accepted, such as http://127.0.0.1:5005. Without it there is no such question, and everything is open. */
    AUTH_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
    /** For whom access tokens must be meant. */
    AUTH_AUDIENCE: z.string().min(1).default('saga-lab'),
    /** Where tokens are asked for: programs on this machine that bring none are the user `guest`, as on a laptop in class. Default: nobody comes in without. */
    LOCAL_GUESTS: z.stringbool().default(false),
    /** From this level on, lines are logged. */
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    /** Opens /faults, from this machine, to whoever knows it. Without it there is no such door. */
    CONTROL_TOKEN: z.string().min(16, 'expected at least 16 characters').optional(),
  })

export type HttpSettings = z.output<ReturnType<typeof httpSettings>>

/** What every service reads from its environment; the lab contract's names and defaults first. */
export const baseSettings = (defaults: { readonly port: number }) =>
  httpSettings(defaults).extend({
    /** host:port of a broker, or of several with commas between. */
    KAFKA_BROKERS: z
      .string()
      .default('localhost:9092')
      .transform((text) => text.split(',').map((part) => part.trim()))
      .pipe(z.array(z.string().regex(/^[^\s:]+:\d{1,5}$|^\[[^\s\]]+\]:\d{1,5}$/, 'expected host:port')).min(1)),
    /** A postgres:// URL or a path of a SQLite file; default: `<DATA_DIR>/<service>.db`. */
    DATABASE_URL: z.string().min(1).optional(),
    /** The folder of the SQLite file. */
    DATA_DIR: z.string().min(1).default('.lab/data'),
    /** Tells instances of one service apart, and stays the same over a restart. Default: the port. */
    INSTANCE: z
      .string()
      .regex(/^[\w.-]{1,40}$/, 'expected letters, digits, . _ -')
      .optional(),
    /** Of topics that the service creates; those that are there stay as they are. */
    TOPIC_PARTITIONS: integer(6, 1, 1_000),
    /** A member of the consumer group that is silent for longer loses its partitions. */
    SESSION_TIMEOUT_MS: integer(10_000, 500, 300_000),
    /**
     * Milliseconds from one batch to the next fetch: what comes meanwhile is the next batch, and what comes after a lull does not wait. Where many services share few
     * cores, fewer and larger batches cost less; a service that has cores to itself is quicker without.
     */
    FETCH_REST_MS: integer(0, 0, 1_000),
    /** Tries after the first one, of an event whose handler fails; then it goes to the dead letters. */
    RETRIES: integer(3, 0, 20),
    /** About so long until the second try; each further one takes four times as long. */
    RETRY_FIRST_DELAY_MS: integer(200, 1, 60_000),
    /** How long handled events are remembered. */
    INBOX_DAYS: integer(14, 1, 3_650),
    /** Dies at that point, as by kill -9: see kit/service/faults.ts. */
    CRASH_AT: z.string().optional(),
    /** File that gets a line when it does. */
    CRASH_LOG: z.string().optional(),
  })

export type BaseSettings = z.output<ReturnType<typeof baseSettings>>

/** A setting that is not what it should be. `message` names the variable, what it holds and what is expected. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** Reads settings, counting an empty variable as absent. Throws SettingsError with one line a variable. */
export const readSettings = <S extends z.ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.output<S> => {
  const given = Object.fromEntries(Object.entries(env).filter(([, text]) => text !== undefined && text !== ''))
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const lines = result.error.issues.map(({ path, message }) => {
    const name = String(path[0])
    return `${name}=${given[name] ?? ''}: ${message}`
  })
  throw new SettingsError(lines.join('\n'))
}
