import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Dot, Handling, Me, OrderAnswer } from '../../hub/protocol.ts'
import type { Connection } from '../wire/socket.ts'
import type { Baseline } from './baseline.ts'
import type { Mode } from './player.ts'
import { HOME, type UrlState } from './url.ts'
import type { World } from './world.ts'

/** What is true of the drawing, so that nobody takes it for more. */
export interface Honesty {
  /** Messages for each dot drawn in the last seconds; 1: every message is a dot. */
  readonly perDot: number
  /** Drawings that this tab left out since it was opened. Counts are never left out. */
  readonly dropped: number
  /** How far drawing is behind what happened, ms. */
  readonly behindMs: number
  /** Since the last word from the hub, ms. */
  readonly silentMs: number
}

/** What components read. Written at most ten times a second by the loop, and by what the user does. */
export interface PageState {
  readonly me: Me | null
  readonly connection: Connection
  /** The world at the moment shown. */
  readonly world: World | null
  /** The newest events up to the moment shown, newest first. */
  readonly recent: readonly Dot[]
  /** What services made of events in the last seconds, where it was more than simply handled. */
  readonly handlings: readonly Handling[]
  /** The order that is shown while none is chosen. */
  readonly held: string | null
  readonly mode: Mode
  readonly speed: number
  readonly at: number
  /** The span that can be scrubbed. */
  readonly span: { readonly from: number; readonly to: number }
  readonly recording: boolean
  readonly honesty: Honesty
  readonly url: UrlState
  readonly help: boolean
  /** Words for the user about what was just done, and about what failed. */
  readonly notice: { readonly words: string; readonly bad: boolean } | null
  readonly placed: OrderAnswer | null
  readonly baseline: Baseline | null
  /** Which choice this page voted for, by lesson. */
  readonly voted: Readonly<Record<string, number>>
  readonly reducedMotion: boolean
}

export type PageStore = StoreApi<PageState>

export const createPageStore = (url: UrlState = HOME): PageStore =>
  createStore<PageState>(() => ({
    me: null,
    connection: { state: 'connecting' },
    world: null,
    recent: [],
    handlings: [],
    held: null,
    mode: 'live',
    speed: 1,
    at: 0,
    span: { from: 0, to: 0 },
    recording: false,
    honesty: { perDot: 1, dropped: 0, behindMs: 0, silentMs: 0 },
    url,
    help: false,
    notice: null,
    placed: null,
    baseline: null,
    voted: {},
    reducedMotion: false,
  }))
