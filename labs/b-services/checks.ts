import { check } from '../../cli/check/check.ts'
import { isKits } from '../../cli/check/clean.ts'
import { LIMITS, SERVICES } from '../../cli/check/contract.ts'
import type { Answer, History } from '../../cli/check/history.ts'
import { clip, field, parseJson, show } from '../../cli/check/json.ts'
import { lists, openApiProblem, pathsOf } from '../../cli/check/openapi.ts'
import { firstAnswer } from '../../cli/check/ready.ts'
import { scenario } from '../../cli/check/scenario.ts'
import type { Running, Shop } from '../../cli/check/shop.ts'
import { type Judgement, pass } from '../../cli/check/verdict.ts'
import { endOf, fall, lastWords, storiesOf } from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'
import { atRest, follow, scriptsOf } from './visits.ts'

interface Visit {
  readonly health: Answer
  readonly openapi: Answer
  readonly docs: Answer
  readonly scripts: readonly string[]
}

interface Given {
  readonly visits: Partial<Record<string, Visit>>
  /** Groups that still have members of ours after everything has stopped. */
  readonly left: readonly { group: string; clientId: string }[]
}

/**
 * Starts the four services, each on a port of its own, reads their health, OpenAPI document and docs page, and stops them.
 * Wrong: no answer within 15 s; a document that is no OpenAPI 3; a page that does not lead to it; a process that SIGTERM does not end
 * with 0 within 5 s; a group that still counts it as a member.
 */
const visitAll = scenario<Given>({
  name: 'b-services',
  topics: 'clean',
  drive: async (shop) => {
    const before = await members(shop)
    const all = await shop.startAll()
    const visits = await Promise.all(all.map(async (running) => [running.service, await visit(shop, running)] as const))
    await atRest(shop)
    for (const { child } of all) child.signal('SIGTERM', 'the kit stops it')
    await shop.until('all four have stopped', () => all.every(({ child }) => !child.running), LIMITS.stop + 200)
    const stopped = all.every(({ child }) => !child.running)
    let left: Awaited<ReturnType<typeof members>> = []
    const alone = async () => {
      left = (await members(shop)).filter(({ memberId }) => !before.some((one) => one.memberId === memberId))
      return left.length === 0
    }
    if (stopped) await shop.until('no group has a member of theirs', alone, 2_000)
    return { visits: Object.fromEntries(visits), left: left.map(({ group, clientId }) => ({ group, clientId })) }
  },
})

async function visit(shop: Shop, running: Running): Promise<Visit> {
  const health = await firstAnswer(shop, running, LIMITS.start)
  const [openapi, docs] = await Promise.all([follow(shop, running, '/openapi.json'), follow(shop, running, '/docs')])
  return { health, openapi, docs, scripts: await scriptsOf(shop, running, docs) }
}

async function members(shop: Shop) {
  const groups = (await shop.bus.groups()).filter(({ group }) => !isKits(group))
  return groups.flatMap(({ group, members: all }) =>
    all.map(({ memberId, clientId }) => ({ group, memberId, clientId })),
  )
}

/** The first judgement that is not a pass, service by service. */
function each(history: History<Given>, judge: (service: string, visit: Visit) => Judgement): Judgement {
  for (const service of SERVICES) {
    const visited = history.given.visits[service]
    const judgement = visited === undefined ? pass : judge(service, visited)
    if (judgement.kind !== 'pass') return judgement
  }
  return pass
}

const shown = (answer: Answer) =>
  answer.status === 0
    ? `no answer: ${answer.error}`
    : `${answer.status} ${answer.type || 'without content type'}: ${clip(answer.body, 160)}`

export const checks = [
  check({
    id: 'B1',
    title: 'Each service answers GET /health on its PORT',
    marks: 3,
    timing: true,
    drive: visitAll,
    judge: (history) =>
      each(history, (service, { health }) => {
        const did = `started ${service} and asked GET ${health.url}`
        const saw = shown(health)
        const [story] = storiesOf(history, service)
        if (health.status === 0) {
          const fell = fall(story)
          if (fell !== undefined) return fail('service.exited', { did, saw: fell })
          const refused = /ECONNREFUSED|ECONNRESET/.test(health.error ?? '')
          return fail(refused ? 'service.never-listens' : 'service.never-answers', { did, saw })
        }
        const body = parseJson(health.body)
        const good = health.status === 200 && field(body, 'status') === 'ok' && field(body, 'service') === service
        return good
          ? pass
          : fail('service.health-wrong', { did, saw, expected: `200 and {"status":"ok","service":"${service}"}` })
      }),
  }),

  check({
    id: 'B2',
    title: 'Each service describes itself: /openapi.json and /docs',
    marks: 2,
    restsOn: ['B1'],
    drive: visitAll,
    judge: (history) =>
      each(history, (service, { openapi, docs, scripts }) => {
        const document = parseJson(openapi.body)
        const problem = openapi.status === 200 ? openApiProblem(document) : `GET /openapi.json: ${shown(openapi)}`
        const did = `asked ${service} for GET ${openapi.url}`
        if (problem !== undefined) return fail('service.openapi-invalid', { did, saw: problem })
        if (service === 'order' && !lists(document, 'post', '/api/orders')) {
          return fail('service.openapi-no-orders', {
            did,
            saw: `its paths: ${show(pathsOf(document).map(([path]) => path))}`,
          })
        }
        const asked = `asked ${service} for GET /docs and the scripts of the page`
        const html = docs.status === 200 && (/html/i.test(docs.type) || /^\s*(<!doctype html|<html)/i.test(docs.body))
        if (!html) return fail('service.docs-wrong', { did: asked, saw: shown(docs) })
        const texts = [docs.body, ...scripts].map((text) => text.replaceAll('\\/', '/'))
        const leads = texts.some((text) => text.includes('openapi.json'))
        const paths = pathsOf(document).map(([path]) => path)
        if (leads || (paths.length > 0 && texts.some((text) => paths.every((path) => text.includes(path))))) return pass
        return fail('service.docs-wrong', {
          did: asked,
          saw: `a page without "openapi.json" and without the paths: ${clip(docs.body, 120)}`,
        })
      }),
  }),

  check({
    id: 'B3',
    title: 'Each service ends with 0 within 5 s of SIGTERM and leaves its groups',
    marks: 1,
    timing: true,
    drive: visitAll,
    judge: (history) => {
      for (const service of SERVICES) {
        const [story] = storiesOf(history, service)
        const asked = story?.acts.find(({ act }) => act === 'SIGTERM')
        const did = `sent SIGTERM to ${service}`
        if (story === undefined) continue
        if (asked === undefined) return fail('service.exited', { did, saw: fall(story) ?? 'it was gone' })
        const took = (story.exit?.at ?? Number.POSITIVE_INFINITY) - asked.at
        if (took > LIMITS.stop)
          return fail('service.ignores-sigterm', { did, saw: `it was still running after 5 s${lastWords(story)}` })
        if (story.exit?.code !== 0)
          return fail('service.exit-code', { did, saw: `it ended with ${endOf(story)}${lastWords(story)}` })
      }
      const [left] = history.given.left
      if (left === undefined) return pass
      const saw = `the group ${left.group} still has the member ${left.clientId}`
      return fail('service.still-in-group', {
        did: 'sent SIGTERM to all services, then looked at the groups of the broker',
        saw,
      })
    },
  }),
]
