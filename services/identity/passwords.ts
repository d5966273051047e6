import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { Problem } from '../../kit/service/http/problem.ts'

/** Argon2id with 19 MiB and two passes: about 50 ms of one core for each guess. */
const usualCost: Parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
const nonceBytes = 16

/** So many are worked on at once, and so many more may wait: a flood of passwords must not take all memory. */
const atOnce = 2
const mayWait = 100

const format = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/

export interface Passwords {
  /** In the usual text form, its parameters in it: `$argon2id$v=19$m=…,t=…,p=…$nonce$hash`. */
  hash(password: string): Promise<string>
  /** `stored` undefined: nobody has it, and the answer takes as long as any other. */
  matches(password: string, stored: string | undefined): Promise<boolean>
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/** One character may be typed in several ways on different keyboards. */
const asBytes = (password: string): Buffer => Buffer.from(password.normalize('NFKC'))

export interface Parameters {
  /** KiB */
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly tagLength: number
}

const derive = (password: string, nonce: Uint8Array, parameters: Parameters): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    argon2('argon2id', { message: asBytes(password), nonce, ...parameters }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  )

const createGate = () => {
  const waiting: (() => void)[] = []
  let busy = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy >= atOnce) {
      if (waiting.length >= mayWait)
        throw new Problem(503, 'Too many passwords at once. Ask again.', [], { 'retry-after': '2' })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else busy += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) busy -= 1
      else next()
    }
  }
}

/** `cost`: of passwords that are kept from now on. Default: 19 MiB, two passes. */
export const createPasswords = (cost: Parameters = usualCost): Passwords => {
  const gate = createGate()
  const decoy = { nonce: randomBytes(nonceBytes), hash: randomBytes(cost.tagLength), ...cost }

  const read = (stored: string) => {
    const [, memory, passes, parallelism, nonce, hash] = format.exec(stored) ?? []
    if (nonce === undefined || hash === undefined) throw new Error('a stored password is not in a form that we know')
    const bytes = Buffer.from(hash, 'base64')
    const numbers = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
    return { ...numbers, tagLength: bytes.length, nonce: Buffer.from(nonce, 'base64'), hash: bytes }
  }

  return {
    hash: async (password) => {
      const nonce = randomBytes(nonceBytes)
      const key = await gate(() => derive(password, nonce, cost))
      return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(nonce)}$${base64(key)}`
    },
    matches: async (password, stored) => {
      const { nonce, hash, ...parameters } = stored === undefined ? decoy : read(stored)
      const key = await gate(() => derive(password, nonce, parameters))
      return timingSafeEqual(key, hash) && stored !== undefined
    },
  }
}
