import { WORDS } from './contract.ts'
import type { History, ProcessStory } from './history.ts'
import { eventsOn, linesWith, names, placeOf, storiesOf } from './views.ts'

/**
 * How many `Email Sent` lines notification printed for each of these orders, over all its starts. Where one line names several of them, as a number
 * may be an order, a quantity or an amount, it belongs to the one that the word "order" introduces, else to the longest.
 */
export function mailsOf(stories: readonly ProcessStory[], orderIds: readonly string[]): Map<string, number> {
  const counts = new Map(orderIds.map((id) => [id, 0]))
  const longestFirst = [...new Set(orderIds)].sort((a, b) => b.length - a.length)
  for (const { text } of linesWith(stories, WORDS.emailSent)) {
    const id = named(text, counts) ?? introduced(text, longestFirst) ?? longestFirst.find((one) => names(text, one))
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

/** Quick for the usual case: an id that stands between spaces, quotes or brackets. */
function named(text: string, ids: ReadonlyMap<string, number>): string | undefined {
  const words = text.split(/[^\p{L}\p{N}_-]+/u).filter((word) => word.length > 8)
  return words.find((word) => ids.has(word))
}

/** `order 7`, `"orderId":"7"`, `Order no. #7`, `order-7`. */
const INTRODUCTION = /order[^\p{L}\p{N}]{0,3}(id|no|nr|number)?[^\p{L}\p{N}]{0,5}$/iu

function introduced(text: string, ids: readonly string[]): string | undefined {
  return ids.find((id) => {
    const at = placeOf(text, id)
    return at >= 0 && INTRODUCTION.test(text.slice(Math.max(0, at - 24), at))
  })
}

/** For a judge: the same over all that a history knows, so that no short id takes a line that belongs to another order. */
export function mailsIn(history: History<unknown>, orderIds: readonly string[]): Map<string, number> {
  const others = eventsOn(history).flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId]))
  return mailsOf(storiesOf(history, 'notification'), [...new Set([...orderIds, ...others])])
}
