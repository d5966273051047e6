/** A hand-in of which nothing is known yet takes as long as a right shop does. Seconds. */
const GUESS = 120

/** Seconds until all are done, from how long those took that are done. */
export function timeLeft(state: {
  readonly took: readonly number[]
  /** Seconds since those began that are at work. */
  readonly running: readonly number[]
  readonly waiting: number
  readonly jobs: number
}): number {
  const { took, running, waiting, jobs } = state
  const mean = took.length === 0 ? GUESS : took.reduce((sum, one) => sum + one, 0) / took.length
  const rest = running.map((since) => Math.max(mean - since, mean / 10))
  const work = rest.reduce((sum, one) => sum + one, waiting * mean)
  return Math.max(work / jobs, ...rest, 0)
}

/** `about 4 min left`, `less than a minute left`. */
export function timeLeftText(seconds: number): string {
  return seconds < 60 ? 'less than a minute left' : `about ${Math.ceil(seconds / 60)} min left`
}
