import type { BrowserContextOptions } from '@playwright/test'
import type { Spot } from './pixels.ts'

/** Left, top, width, height in px. */
export type Box = readonly [number, number, number, number]

/** A paused scene, and what of it may not change unless somebody wants it. */
export interface Scene {
  readonly name: string
  readonly query: string
  readonly options: BrowserContextOptions
  /** By selector; a box of nothing is not shown. Fonts move an edge by a few px, not by a line. */
  readonly boxes: Readonly<Record<string, Box>>
  /** The middle of each service's box. */
  readonly services: readonly (readonly [x: number, y: number])[]
  readonly there: readonly Spot[]
  readonly notThere: readonly Spot[]
  /** What can be read, by selector; parts in their order. */
  readonly texts: Readonly<Record<string, readonly string[]>>
}

const spots = (...list: readonly (readonly [x: number, y: number, colour: string])[]): readonly Spot[] =>
  list.map(([x, y, colour]) => ({ at: [x, y], colour }))

const WIDE = {
  boxes: {
    '.top': [0, 0, 1280, 47],
    '.map': [0, 47, 1280, 340],
    '.caption': [0, 387, 1280, 45],
    '.middle': [0, 432, 1280, 36],
    '.panel': [0, 468, 1280, 252],
  },
  services: [
    [73, 217],
    [413, 217],
    [756, 217],
    [1171, 217],
  ],
} as const
/** Orders that were placed, paid, declined, out of stock, refunded and cancelled: the dots that are under way. */
const DOTS = { ok: [171, 175], failed: [513, 218], compensating: [166, 260], another: [884, 121] } as const
const CAPTION = { '.caption': ['Order …000033: placed, paid, no stock, refunded, cancelled'] }
const PAUSED = { '.top': ['Saga Lab', 'paused · back to live', 'Student view', 'Help'] }
const SERVICES = { '.map': ['order', 'up', 'payment', 'up', 'inventory', 'up', 'notification', 'up'] }
const STORY = {
  '.panel': [
    ...[
      'Orders',
      '…000033',
      'placed, paid, no stock',
      '166 ms',
      '…000022',
      '…000011',
      'placed, paid, reserved',
      '86 ms',
    ],
    ...['Order …000033', 'cancelled', 'done in 166 ms', 'not enough stock of product 201'],
    ...['Placed', 'done', 'waited 12 ms · worked 6 ms', 'Cancelled', 'Paid', 'Refunded', 'No stock', 'failed'],
  ],
}
const LESSON = {
  '.panel': [
    ...['6. A message that nobody can read', 'Back', 'Next', 'Somebody publishes half a JSON document'],
    ...['They wait behind it for ever.', 'They get through; the bad one is put aside.', 'The service crashes again'],
  ],
}
/** Steps of the story: the way there above, what failed, the way back below. */
const STEPS = [
  [600, 518, '#006aff'],
  [1123, 518, '#ae2104'],
  [860, 691, '#842c96'],
] as const
const HUES = [
  [27, 232, '#1f4e79'],
  [368, 232, '#7a4300'],
  [698, 232, '#0b5d45'],
  [1091, 232, '#6b2e7a'],
] as const

export const SCENES: readonly Scene[] = [
  {
    ...{ name: 'light', query: '?panel=story', options: {}, ...WIDE },
    there: [
      ...spots([...DOTS.ok, '#006aff'], [...DOTS.failed, '#ae2104'], [...DOTS.compensating, '#842c96']),
      ...spots([...DOTS.another, '#006aff'], ...HUES, ...STEPS),
      ...spots([640, 365, '#ffffff'], [5, 600, '#f3f5f8'], [240, 23, '#14181f'], [135, 467, '#0b4fc4']),
    ],
    notThere: [],
    texts: { ...PAUSED, ...CAPTION, ...SERVICES, ...STORY },
  },
  {
    ...{ name: 'dark', query: '?panel=numbers&theme=dark', options: {}, ...WIDE },
    there: [
      ...spots([...DOTS.ok, '#c7deff'], [...DOTS.failed, '#e65e19'], [...DOTS.compensating, '#dd40dd']),
      ...spots([...DOTS.another, '#c7deff'], ...HUES),
      ...spots([640, 365, '#111827'], [5, 600, '#0b111d'], [240, 23, '#f2f5fa'], [422, 467, '#9cc3ff']),
    ],
    notThere: spots([640, 365, '#ffffff'], [5, 600, '#f3f5f8']),
    texts: {
      ...{ ...PAUSED, ...CAPTION, ...SERVICES },
      '.panel': [
        ...['Orders a second', '0.6', 'Critical time, p50 and p99', '86 ms · 166 ms', 'Events waiting, by group', '0'],
        ...['Outbox rows', '0', 'Retries', '0', 'Dead letters', '0', 'As a table'],
      ],
    },
  },
  {
    ...{ name: 'reduced motion', query: '?panel=story', options: { reducedMotion: 'reduce' }, ...WIDE },
    boxes: { ...WIDE.boxes, '.map canvas': [0, 0, 0, 0] },
    there: spots([263, 125, '#006aff'], [996, 148, '#ae2104'], [266, 261, '#842c96'], ...HUES, ...STEPS),
    notThere: spots([...DOTS.ok, '#006aff'], [...DOTS.failed, '#ae2104'], [...DOTS.another, '#006aff']),
    texts: { ...PAUSED, ...CAPTION, ...SERVICES, ...STORY },
  },
  {
    ...{ name: 'forced colours', query: '?panel=break', options: { forcedColors: 'active' }, ...WIDE },
    there: [
      ...spots([...DOTS.ok, '#000000'], [...DOTS.failed, '#000000'], [...DOTS.compensating, '#000000']),
      // The chip: light letters on a ground that is dark between them, too.
      { at: [240, 23], colour: '#000000', least: 250 },
      ...spots([154, 23, '#ffffff'], [282, 125, '#000000'], [640, 365, '#ffffff']),
    ],
    notThere: spots([...DOTS.ok, '#006aff'], [...DOTS.failed, '#ae2104'], [27, 232, '#1f4e79'], [5, 600, '#f3f5f8']),
    texts: {
      ...{ ...PAUSED, ...CAPTION, ...SERVICES },
      '.panel': [
        ...['Break it', 'Mend all', 'All 12', 'Payment declined', 'payment · off', 'Out of stock', 'inventory · off'],
        ...['Kill', 'payment · off', 'Slow', 'Deliver twice', 'order-created · off', 'Poison message'],
        ...['What changed', 'Break something'],
      ],
    },
  },
  {
    name: 'a projector of 4:3',
    query: '?panel=lesson&lesson=poison',
    options: { viewport: { width: 1024, height: 768 } },
    boxes: {
      '.top': [0, 0, 1024, 50],
      '.map': [0, 50, 1024, 345],
      '.caption': [0, 395, 1024, 42],
      '.middle': [0, 438, 1024, 35],
      '.panel': [0, 473, 1024, 295],
    },
    services: [
      [67, 222],
      [329, 222],
      [593, 222],
      [924, 222],
    ],
    there: spots(
      ...([
        [144, 180, '#006aff'],
        [404, 224, '#ae2104'],
        [139, 265, '#842c96'],
        [691, 128, '#006aff'],
        [444, 505, '#0b4fc4'],
        [480, 505, '#c9d0da'],
        [5, 620, '#f3f5f8'],
      ] as const),
    ),
    notThere: [],
    texts: { ...PAUSED, ...CAPTION, ...SERVICES, ...LESSON },
  },
  {
    name: 'a phone',
    query: '?panel=lesson&lesson=poison',
    options: { viewport: { width: 320, height: 640 } },
    boxes: {
      '.top': [0, 0, 320, 118],
      '.map': [0, 0, 0, 0],
      '.caption': [0, 118, 320, 53],
      '.middle': [0, 171, 320, 166],
    },
    services: [],
    there: spots([40, 422, '#0b4fc4'], [6, 500, '#f3f5f8'], [60, 320, '#0b4fc4'], [120, 58, '#14181f']),
    notThere: [],
    texts: { ...PAUSED, ...CAPTION, ...LESSON },
  },
]
