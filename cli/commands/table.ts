import type { Command } from '../command.ts'

/** What `lab --help` shows of a command without loading it. A name of two words is a command in a group: `dev test`. */
export interface Entry {
  readonly name: string
  readonly summary: string
  readonly group: Group
  /** Only this command's modules are loaded when it is asked for. */
  readonly load: () => Promise<{ readonly command: Loaded }>
}

/** `Command` of whatever arguments and options: the program passes in what the command itself declared. */
export type Loaded = Pick<Command, 'about' | 'args' | 'options' | 'examples'> & {
  run(ctx: Parameters<Command['run']>[0], input: never): ReturnType<Command['run']>
}

/** The headings of `lab --help`, in order. */
export const GROUPS = ['The lab', 'The shop', 'Topics and events', 'For authors of the kit'] as const
export type Group = (typeof GROUPS)[number]

export const TABLE: readonly Entry[] = [
  {
    name: 'up',
    group: 'The lab',
    summary: 'start the Kafka broker, or find the one that is there',
    load: () => import('./up.ts'),
  },
  { name: 'down', group: 'The lab', summary: 'stop the broker; its data stays', load: () => import('./down.ts') },
  { name: 'status', group: 'The lab', summary: 'what runs: broker and services', load: () => import('./status.ts') },
  { name: 'logs', group: 'The lab', summary: 'what the broker or a service wrote', load: () => import('./logs.ts') },
  { name: 'clean', group: 'The lab', summary: "stop, and delete the lab's state", load: () => import('./clean.ts') },
]
