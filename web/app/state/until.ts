import type { PageStore } from './page-state.ts'

/** Resolves with true as soon as the page knows it to be so; with false where it does not within `ms`. */
export function until(store: Pick<PageStore, 'subscribe'>, holds: () => boolean, ms: number): Promise<boolean> {
  if (holds()) return Promise.resolve(true)
  return new Promise((resolve) => {
    const end = (held: boolean): void => {
      unlisten()
      clearTimeout(deadline)
      resolve(held)
    }
    const unlisten = store.subscribe(() => {
      if (holds()) end(true)
    })
    const deadline = setTimeout(() => end(holds()), ms)
  })
}
