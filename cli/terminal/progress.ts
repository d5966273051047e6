import type { Context } from '../command.ts'

const QUIET_MS = 1_000
const TICK_MS = 250

/** Says what is being waited for once it takes more than a second; on a terminal with the seconds counted. */
export async function whileWaiting<T>(ctx: Context, what: string, work: Promise<T>): Promise<T> {
  const since = performance.now()
  let said = false
  const tick = setInterval(() => {
    const seconds = (performance.now() - since) / 1000
    if (seconds * 1000 < QUIET_MS) return
    ctx.err.status(`${what} … ${Math.floor(seconds)} s`)
    if (!said && !ctx.err.isTerminal) ctx.err.line(`${what} …`)
    said = true
  }, TICK_MS)
  try {
    return await work
  } finally {
    clearInterval(tick)
    ctx.err.status('')
  }
}
