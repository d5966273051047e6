import type { Personal } from '../../../contracts/sealed.ts'
import type { Stored } from '../queue.ts'
import type { Rendered } from '../templates/render.ts'

export interface Letter {
  readonly message: Stored
  readonly words: Rendered
  /** null where nobody knows whose it is; then it can only be printed. */
  readonly to: Personal | null
}

/**
 * What became of a letter. `passing`: it may work later. `lasting`: this letter will never be taken, so it is not tried again.
 * A reason names no address: it is kept, and may be read long after its user was forgotten.
 */
export type Delivery =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'passing' | 'lasting'; readonly reason: string }

/**
 * A way out of the house: e-mail by SMTP, or a provider of SMS or push messages. Write one, and give it to the courier in whole.ts.
 * A process may die between the sending of a letter and the note that it is sent; then the letter comes again, with the same `message.id`.
 */
export interface Channel {
  /** The personal field that it sends to; only for that are sealed fields opened. null: it needs none. */
  readonly address: 'email' | 'phone' | null
  /** So many letters are given to it at once; the next ones follow when it is through with all of them. */
  readonly atOnce: number
  /** One delivery a letter, in their order. Never rejects for what goes wrong with a letter, or with all of them. */
  deliver(letters: readonly Letter[]): Promise<readonly Delivery[]>
  close(): void
}
