import type { Answer } from '../../cli/check/history.ts'
import type { Running, Shop } from '../../cli/check/shop.ts'

/** Consumers that are just joining their groups may join first: what is stopped is a service at rest. At most 4 s. */
export async function atRest(shop: Shop): Promise<void> {
  let seen = ''
  let since = shop.recorder.now()
  const still = async () => {
    const groups = await shop.bus.groups()
    const now = JSON.stringify(
      groups.map(({ group, state, members }) => [group, state, members.map(({ memberId }) => memberId)]),
    )
    if (now !== seen) since = shop.recorder.now()
    seen = now
    return shop.recorder.now() - since > 800 && groups.every(({ state }) => !/Rebalance/.test(state))
  }
  await shop.until('the groups are at rest', still, 4_000)
}

/** GET, following redirects on the same service. */
export async function follow(shop: Shop, running: Running, path: string): Promise<Answer> {
  let url = new URL(path, running.url)
  for (let hop = 0; ; hop++) {
    const answer = await shop.http(running, url.pathname + url.search)
    if (answer.location === undefined || answer.status < 300 || answer.status > 399 || hop === 5) return answer
    url = new URL(answer.location, url)
  }
}

/** The texts of a page's own scripts, those of the same service only. */
export async function scriptsOf(shop: Shop, running: Running, page: Answer): Promise<string[]> {
  const sources = [...page.body.matchAll(/<script\b[^>]*?\bsrc\s*=\s*["']?([^"'\s>]+)/gi)].map(
    (match) => match[1] ?? '',
  )
  const base = new URL(page.url)
  const own = sources.flatMap((source) => {
    const url = URL.canParse(source, base) ? new URL(source, base) : undefined
    const local = url !== undefined && ['127.0.0.1', 'localhost'].includes(url.hostname)
    return local ? [url.pathname + url.search] : []
  })
  const answers = await Promise.all(own.slice(0, 10).map((path) => follow(shop, running, path)))
  return answers.filter(({ status }) => status === 200).map(({ body }) => body)
}
