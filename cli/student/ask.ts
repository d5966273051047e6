import { type Context, LabError } from '../command.ts'

/** Questions to the reader. Only to be asked where `ctx.interactive`. A Ctrl-C ends the command, without a stack. */
export async function yes(ctx: Context, message: string, fallback: boolean): Promise<boolean> {
  const { confirm } = await import('@inquirer/prompts')
  return answered(confirm({ message, default: fallback }, { signal: ctx.signal }))
}

export interface Option<V> {
  readonly value: V
  readonly name: string
  /** Shown below the list while it is chosen. */
  readonly about?: string
}

export async function choose<V>(ctx: Context, message: string, options: readonly Option<V>[]): Promise<V> {
  const { select } = await import('@inquirer/prompts')
  const choices = options.map(({ value, name, about }) => ({
    value,
    name,
    ...(about ? { description: about } : {}),
  }))
  return answered(select({ message, choices, loop: false, pageSize: 14 }, { signal: ctx.signal }))
}

async function answered<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt
  } catch (error) {
    const name = error instanceof Error ? error.name : ''
    if (name === 'ExitPromptError' || name === 'AbortPromptError') {
      throw new LabError('interrupted', 'Stopped.', '', { exit: 130, cause: error })
    }
    throw error
  }
}
