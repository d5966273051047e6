import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Context, text, wrongUsage } from '../command.ts'

const USUAL = 'my-shop'

/** The option that every command of the course has. */
export const workspaceOption = text('--workspace <dir>', 'the folder of your shop', USUAL)

/**
 * The folder of the student's shop: the one that was given; else the one we stand in, where it has a lab.json and no my-shop in it; else
 * my-shop. It may not exist yet.
 */
export function workspaceAt(ctx: Pick<Context, 'cwd'>, given: string): string {
  const usual = path.resolve(ctx.cwd, given)
  if (given !== USUAL || existsSync(usual)) return usual
  return existsSync(path.join(ctx.cwd, 'lab.json')) ? ctx.cwd : usual
}

/** As the reader would type it. */
export function shown(ctx: Pick<Context, 'cwd'>, file: string): string {
  const relative = path.relative(ctx.cwd, file)
  return relative === '' ? '.' : relative.startsWith('..') ? file : relative
}

/** Throws a sentence that helps where there is no such folder. */
export function requireWorkspace(ctx: Pick<Context, 'cwd'>, workspace: string): void {
  if (!existsSync(workspace)) {
    throw wrongUsage(
      `There is no shop in ${shown(ctx, workspace)} yet.`,
      "'lab start a' makes it. For one elsewhere, give --workspace <dir>.",
    )
  }
  if (!statSync(workspace).isDirectory()) {
    throw wrongUsage(
      `${shown(ctx, workspace)} is a file, not a folder.`,
      'Give the folder of your shop: --workspace <dir>.',
    )
  }
}
