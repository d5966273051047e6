/** How often, and after how long, an event that failed is tried again. */
export interface RetryPolicy {
  /** Tries after the first one. Default 3. */
  readonly retries: number
  /** Upper bound of the first delay, in ms. Default 200. */
  readonly firstDelayMs: number
  /** Each delay's bound is this many times the one before. Default 4. */
  readonly factor: number
}

export const defaultRetryPolicy: RetryPolicy = { retries: 3, firstDelayMs: 200, factor: 4 }

/**
 * The delay before try number `attempts + 1`, in ms: grows with each try and is drawn from the upper half of its bound, so that events that
 * failed together do not come back together. Source: "Exponential Backoff And Jitter" (equal jitter).
 */
export const retryDelay = (policy: RetryPolicy, attempts: number, random: () => number): number => {
  const bound = policy.firstDelayMs * policy.factor ** (attempts - 1)
  return Math.round(bound / 2 + (random() * bound) / 2)
}

/** No event waits longer than this for its next try, in ms. */
export const longestDelay = (policy: RetryPolicy): number =>
  policy.firstDelayMs * policy.factor ** Math.max(0, policy.retries - 1)

export const isExhausted = (policy: RetryPolicy, attempts: number): boolean => attempts > policy.retries
