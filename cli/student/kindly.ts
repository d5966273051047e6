import { type Context, LabError } from '../command.ts'

/** Runs one thing of several: what it cannot do is told with its remedy, and the others go on. A Ctrl-C ends all. */
export async function kindly<T>(ctx: Context, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof LabError) || ctx.signal.aborted) throw error
    if (error.code === 'interrupted') return undefined
    ctx.err.line(`${ctx.paint.bad('✗')} ${error.message}`)
    if (error.remedy) ctx.err.line(error.remedy.replace(/^/gm, '  '))
    return undefined
  }
}
