import type { Control } from './control.ts'
import type { Mount } from './mounts.ts'
import type { Running } from './running.ts'

/** How one program gets into its box, and how it is spoken to in there. */
export interface Way {
  /** The first words of the command line, which lead to where the box is made. */
  readonly enter: readonly string[]
  /** What the box runs: the program, or ours with the program behind it. */
  readonly words: readonly string[]
  /** What that needs to find in the box. */
  readonly mounts: readonly Mount[]
  control(running: Running): Control
  /** The program is gone; `isEmpty`: so is all that it started. */
  close(isEmpty: boolean): Promise<void>
}
