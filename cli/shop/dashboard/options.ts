import type { Parameter } from '../../command.ts'
import type { DashboardWish } from './dashboard.ts'

const lan: Parameter<string | true | undefined> = {
  flags: '--lan [address]',
  about: "let the class look on, read-only, at this machine's address in their network; a code and a QR code are shown",
}

/** `--no-x`: true unless it is given. */
function unless(flags: `--no-${string}`, about: string): Parameter<boolean> {
  return { flags, about, fallback: true }
}

/** The same for every command that shows a shop. */
export const dashboardOptions = {
  dashboard: unless('--no-dashboard', 'only the terminal'),
  open: unless('--no-open', 'do not open the dashboard in a browser'),
  lan,
}

export function dashboardWish(options: {
  readonly dashboard: boolean
  readonly open: boolean
  readonly lan: string | true | undefined
}): DashboardWish | null {
  return options.dashboard ? { open: options.open, lan: options.lan } : null
}
