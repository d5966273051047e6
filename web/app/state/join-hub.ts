import { type Api, ApiError } from '../wire/api.ts'
import { type Link, openLink, Refused, type SocketLike } from '../wire/socket.ts'
import type { Actions } from './actions.ts'
import type { HonestyMeter } from './honesty.ts'
import type { PageStore } from './page-state.ts'
import type { Player } from './player.ts'

export interface JoinParts {
  readonly api: Api
  readonly player: Player
  readonly store: PageStore
  readonly meter: HonestyMeter
  readonly actions: Actions
}

const REFUSALS: readonly number[] = [401, 403]

/** Ties the page to the hub: messages to the player, the tab's visibility and the followed order to the hub. */
export function joinHub({ api, player, store, meter, actions }: JoinParts): { leave(): void } {
  const link = openLink({
    open: () => openSocket(api, store),
    onMessage: (message) => {
      meter.heardAt = performance.now()
      const first = player.now === null
      player.take(message)
      const { at } = store.getState().url
      if (first && at !== null) void actions.visit(at)
      followLesson(store, actions, message.lesson)
    },
    onState: (connection) => store.setState({ connection }),
    clock: {
      now: () => performance.now(),
      after: (ms, then) => {
        const timer = setTimeout(then, ms)
        return () => clearTimeout(timer)
      },
    },
  })
  const want = () => link.want(document.visibilityState === 'visible', store.getState().url.order)
  document.addEventListener('visibilitychange', want)
  const unfollow = store.subscribe(({ url }, before) => {
    if (url.order !== before.url.order) want()
  })
  want()
  return { leave: () => leave(link, want, unfollow) }
}

function leave(link: Link, want: () => void, unfollow: () => void): void {
  link.close()
  unfollow()
  document.removeEventListener('visibilitychange', want)
}

async function openSocket(api: Api, store: PageStore): Promise<SocketLike> {
  try {
    if (!store.getState().me) store.setState({ me: await api.me() })
    const { ticket } = await api.ticket()
    const address = new URL('/ws', location.href)
    address.protocol = address.protocol.replace('http', 'ws')
    address.searchParams.set('ticket', ticket)
    return socketTo(address)
  } catch (error) {
    if (error instanceof ApiError && REFUSALS.includes(error.status)) throw new Refused(error.message)
    throw error
  }
}

function socketTo(address: URL): SocketLike {
  const socket = new WebSocket(address)
  const like: SocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => socket.send(text),
    close: () => socket.close(),
  }
  socket.onopen = () => like.onopen?.()
  socket.onmessage = (event) => like.onmessage?.(event)
  socket.onclose = () => like.onclose?.()
  return like
}

/** A viewer's page turns with the presenter's. */
function followLesson(
  store: PageStore,
  actions: Actions,
  lesson: { readonly lesson: string; readonly step: number } | null | undefined,
): void {
  const { me, url } = store.getState()
  if (!lesson || me?.role !== 'viewer' || (lesson.lesson === url.lesson && lesson.step === url.step)) return
  actions.go({ panel: 'lesson', lesson: lesson.lesson, step: lesson.step })
}
