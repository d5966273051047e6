import type { Context } from '../../command.ts'
import { columns } from '../../terminal/columns.ts'
import type { FaultState } from './fault-desk.ts'
import { defaultsOf, TOGGLES, toggleOf } from './toggles.ts'

/** All toggles in a table: how those that are on stand, what the others would do; below, why some cannot be used. */
export function tellFaults({ paint, now }: Context, states: readonly FaultState[]): string {
  const rows = states.map((state) => {
    const isOn = state.phase === 'asked' || state.phase === 'confirmed'
    const said = isOn || state.phase === 'off' ? paint.strong(state.id) : paint.faint(state.id)
    const told = isOn || (state.phase === 'off' && state.reason) ? how(state, now()) : (toggleOf(state.id)?.about ?? '')
    return [lamp(paint, state), said, state.target, told]
  })
  const closed = Map.groupBy(
    states.filter(({ phase }) => phase === 'unavailable'),
    ({ reason }) => reason ?? '',
  )
  const notes = [...closed].map(([reason, those]) =>
    those.length === states.length ? reason : `${paint.faint(`– ${those.map(({ id }) => id).join(', ')}:`)} ${reason}`,
  )
  return [columns(rows), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

/** One toggle in a line: `● kill  payment  confirmed, 1 injected, mends itself in 5 s`. */
export function tellFault({ paint, now }: Context, state: FaultState): string {
  return `${lamp(paint, state)} ${paint.strong(state.title)} (${state.id})  ${state.target}  ${how(state, now())}`
}

function lamp(paint: Context['paint'], { phase }: FaultState): string {
  switch (phase) {
    case 'confirmed':
      return paint.bad('●')
    case 'asked':
      return paint.warn('◐')
    case 'off':
      return paint.good('○')
    case 'unavailable':
      return paint.faint('–')
  }
}

function how({ phase, injected, mendsAt, reason }: FaultState, now: number): string {
  if (phase === 'unavailable') return 'not available'
  if (phase === 'off') return reason === undefined ? 'off' : `off: ${reason}`
  const until =
    mendsAt === undefined ? 'until it is mended' : `for ${Math.max(0, Math.ceil((mendsAt - now) / 1_000))} s more`
  return `${phase}, ${injected} injected, ${until}${reason === undefined ? '' : ` (${reason})`}`
}

/** Every toggle with its own settings and what they are when nothing is said, for `--help`. */
export function toggleHelp(): string {
  return TOGGLES.map((toggle) => {
    const own = Object.entries(defaultsOf(toggle)).filter(([name]) => !COMMON.includes(name))
    const settings = own.map(([name, value]) => `${name}=${value}`).join(' ')
    const anomaly = toggle.anomaly === undefined ? '' : ` ${toggle.anomaly}`
    return `${toggle.id}: ${toggle.about}${anomaly}${settings === '' ? '' : ` [${settings}]`}`
  }).join('\n')
}

const COMMON = ['service', 'instance', 'forSeconds', 'seed']
