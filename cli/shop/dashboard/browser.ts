import { spawn } from 'node:child_process'
import type { Context } from '../../command.ts'

/** The program that opens an address, where somebody sits before a desktop of this machine; null elsewhere. */
export function openerFor(
  ctx: Pick<Context, 'env' | 'interactive'>,
  platform: NodeJS.Platform,
): readonly string[] | null {
  const { env, interactive } = ctx
  if (!interactive || env.CI || env.SSH_CONNECTION || env.SSH_TTY) return null
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['cmd', '/c', 'start', '']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : null
}

/** A browser that does not come is no trouble: the address is on the screen. */
export function openBrowser(ctx: Context, url: string): void {
  const opener = openerFor(ctx, process.platform)
  if (opener === null) return
  const [program = '', ...args] = opener
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' })
  child.on('error', () => {})
  child.unref()
}
