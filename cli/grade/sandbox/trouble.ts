import { KitFault } from '../../check/verdict.ts'

/** A fault of the kit or of the machine. */
export const notMade = (why: string) =>
  new KitFault(
    'kit.sandbox-failed',
    `the sandbox could not be made (${why})`,
    'Run `lab doctor --sandbox`: it says what is in the way.',
  )

/** What the system says of a connection, by its name. */
export function refused(name: string, port?: number): Error {
  const where = port === undefined ? '' : ` at port ${port}`
  return Object.assign(new Error(`${name}${where}`), { code: name })
}
