import { type Reply, type Route, route } from './route.ts'

export interface Health {
  readonly service: string
  /** True while the service can do its work: Kafka joined, database open. */
  readonly isReady: () => boolean | Promise<boolean>
  /** False once the process should be replaced. */
  readonly isAlive: () => boolean
}

/** Health as three questions: does it run (live), can it work (ready), and the lab contract's `/health`. */
export const healthRoutes = ({ service, isAlive, isReady }: Health): Route[] => {
  const answer = (ok: boolean): Reply => ({
    status: ok ? 200 : 503,
    body: { status: ok ? 'ok' : 'unavailable', service },
  })
  const responses = { 200: { description: 'Yes' }, 503: { description: 'No' } }
  const question = (path: string, summary: string, ask: () => boolean | Promise<boolean>): Route =>
    route({ method: 'get', path, needs: 'anyone', summary, responses, handle: async () => answer(await ask()) })
  return [
    question('/health', 'Is the service well?', isAlive),
    question('/live', 'Should it go on running?', isAlive),
    question('/ready', 'Can it work now?', async () => isAlive() && isReady()),
  ]
}
