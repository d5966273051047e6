import { SPEEDS } from '../time/speeds.ts'
import type { SagaFilter } from '../wire/api.ts'

export type PanelName = 'story' | 'break' | 'numbers' | 'dead' | 'orders' | 'lesson'
export const PANELS: readonly PanelName[] = ['lesson', 'story', 'break', 'orders', 'numbers', 'dead']

/** What a teacher shares with "look at this": everything but the token. */
export interface UrlState {
  readonly view: 'presenter' | 'student'
  readonly panel: PanelName
  readonly order: string | null
  readonly filter: SagaFilter
  readonly theme: 'light' | 'dark'
  readonly lesson: string | null
  readonly step: number
  /** The paused moment, ms by the hub's clock; null: live. */
  readonly at: number | null
  readonly lanes: boolean
  /** The event whose passport is open: `topic/partition/offset`. */
  readonly event: string | null
  /** The service or topic whose card is open. */
  readonly node: string | null
  /** The dead letter that is read: `topic/partition/offset`. */
  readonly letter: string | null
  /** Of real time, at which what was recorded plays. */
  readonly speed: number
  /** In presenter view: an order's trace in place of its steps. */
  readonly trace: boolean
  /** Which bundle of the map is unfolded: its id, `none`, or empty for whatever is used. */
  readonly unfold: string
  /** Multiplies every size. */
  readonly scale: number
}

export const HOME: UrlState = {
  view: 'presenter',
  panel: 'story',
  order: null,
  filter: 'all',
  theme: 'light',
  lesson: null,
  step: 0,
  at: null,
  lanes: false,
  event: null,
  node: null,
  letter: null,
  speed: 1,
  trace: false,
  unfold: '',
  scale: 1,
}

const FILTERS: readonly SagaFilter[] = ['all', 'running', 'stuck', 'compensating', 'failed', 'done']

/** A topic may be named with anything but a slash. */
const PLACE = /^[^/]+\/\d{1,9}\/\d{1,19}$/

/** Unknown or impossible values fall back to the default: an address is typed by hand sometimes. */
export function readUrl(search: string): UrlState {
  const query = new URLSearchParams(search)
  const oneOf = <T extends string>(key: string, allowed: readonly T[], otherwise: T): T =>
    allowed.find((value) => value === query.get(key)) ?? otherwise
  const oneLike = (key: string, pattern: RegExp): string | null => {
    const value = query.get(key)
    return value !== null && pattern.test(value) ? value : null
  }
  const numberIn = (key: string, least: number, most: number): number | null => {
    const value = Number(query.get(key) ?? Number.NaN)
    return value >= least && value <= most ? value : null
  }
  return {
    view: oneOf('view', ['presenter', 'student'], HOME.view),
    panel: oneOf('panel', PANELS, HOME.panel),
    order: query.get('order'),
    filter: oneOf('filter', FILTERS, HOME.filter),
    theme: oneOf('theme', ['light', 'dark'], HOME.theme),
    lesson: query.get('lesson'),
    step: Math.floor(numberIn('step', 0, 9) ?? HOME.step),
    at: numberIn('at', 0, Number.MAX_SAFE_INTEGER),
    lanes: query.get('lanes') === '1',
    event: oneLike('event', PLACE),
    node: query.get('node'),
    letter: oneLike('letter', PLACE),
    speed: SPEEDS.find((speed) => String(speed) === query.get('speed')) ?? HOME.speed,
    trace: query.get('trace') === '1',
    unfold: query.get('unfold') ?? HOME.unfold,
    scale: numberIn('scale', 0.7, 1.6) ?? HOME.scale,
  }
}

/** Only what differs from the default, so that addresses stay short. */
export function writeUrl(state: UrlState): string {
  const query = new URLSearchParams()
  for (const key of Object.keys(HOME) as (keyof UrlState)[]) {
    const value = state[key]
    if (value === HOME[key] || value === null) continue
    query.set(key, value === true ? '1' : String(typeof value === 'number' ? Math.round(value * 100) / 100 : value))
  }
  const text = query.toString()
  return text ? `?${text}` : ''
}
