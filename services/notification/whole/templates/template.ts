import type { Facts, Kind } from '../../domain.ts'

/** Whom a message greets: the user's name, or words in its place. */
export interface Salutation {
  readonly name: string
}

export interface EmailText {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The words of one kind of message, in the ways that it can go. Values come in by `text` and `html` of text.ts alone. */
export interface Template<K extends Kind> {
  readonly email?: (facts: Facts[K], to: Salutation) => EmailText
  /** One line. */
  readonly sms?: (facts: Facts[K]) => string
  readonly push?: (facts: Facts[K]) => { readonly title: string; readonly body: string }
}
