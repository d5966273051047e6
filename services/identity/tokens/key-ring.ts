/** When a signing key begins to sign. Keys are numbered in the order in which they do. */
export interface RingKey {
  readonly number: number
  readonly kid: string
  /** Ms since 1970. */
  readonly signsFrom: number
}

export interface Ring<Key> {
  /** undefined while there is no key at all. */
  readonly signer: Key | undefined
  /** What verifiers must know: the signer, those before it whose tokens may still be about, and the one that comes next. */
  readonly published: readonly Key[]
  /** Keys that no living token was signed with. */
  readonly dead: readonly Key[]
}

/**
 * What each key is for at a time. It follows from the keys alone, so that all instances agree without a word.
 * `tokensLiveMs`: after so long the last token of a key is dead, clocks that differ included.
 */
export const ringAt = <Key extends RingKey>(keys: readonly Key[], now: number, tokensLiveMs: number): Ring<Key> => {
  const sorted = [...keys].sort((a, b) => a.number - b.number)
  const isDead = (index: number): boolean => {
    const successor = sorted[index + 1]
    return successor !== undefined && successor.signsFrom + tokensLiveMs <= now
  }
  return {
    signer: sorted.findLast(({ signsFrom }) => signsFrom <= now) ?? sorted[0],
    published: sorted.filter((_, index) => !isDead(index)),
    dead: sorted.filter((_, index) => isDead(index)),
  }
}

/** The key that will sign but does not yet. */
export const nextOf = <Key extends RingKey>(keys: readonly Key[], now: number): Key | undefined =>
  keys.find(({ signsFrom }) => signsFrom > now)
