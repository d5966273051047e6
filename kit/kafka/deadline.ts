/** What `work` gives, or `late` after `ms`. The work goes on; its later failure is swallowed. The timer never keeps the process alive. */
export async function withDeadline<T>(work: Promise<T>, ms: number, late: () => T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const alarm = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, ms, LATE)
  })
  work.catch(() => {})
  const first = await Promise.race([work, alarm]).finally(() => clearTimeout(timer))
  return first === LATE ? late() : (first as T)
}

const LATE = Symbol('late')
