import { check } from '../../cli/check/check.ts'
import { WORDS } from '../../cli/check/contract.ts'
import type { ProcessStory } from '../../cli/check/history.ts'
import { clip } from '../../cli/check/json.ts'
import { scenario } from '../../cli/check/scenario.ts'
import { SHOP_FAULTS, type ShopFault } from '../../cli/check/shops/faults.ts'
import { pass } from '../../cli/check/verdict.ts'
import { endOf, lastWords, linesWith, storiesOf } from '../../cli/check/views.ts'
import { fail } from './diagnoses.ts'
import { testAgainst } from './test-runs.ts'

const FAULTS = Object.keys(SHOP_FAULTS) as ShopFault[]

/** The student's tests, twice, on a shop that is right. */
const onRightShop = scenario({
  name: 'i-right',
  topics: 'absent',
  drive: async (shop) => {
    await testAgainst(shop, undefined, 2)
    return {}
  },
})

/** The student's tests, once on each of seven shops with one thing wrong. Wrong: tests that pass there. */
const onBrokenShops = scenario({
  name: 'i-broken',
  longest: 30 * 60_000,
  topics: 'absent',
  drive: async (shop) => {
    for (const fault of FAULTS) await testAgainst(shop, fault, 1)
    return {}
  },
})

const did = (story: ProcessStory, shop: string) =>
  `ran "test" (${story.command}) against ${shop}, with PAYMENT_FAIL_RATE=0.5`

export const checks = [
  check({
    id: 'I1',
    title: 'Your tests pass on a correct shop, twice running',
    marks: 3,
    timing: true,
    drive: onRightShop,
    judge: (history) => {
      for (const [i, story] of storiesOf(history, 'right').entries()) {
        const doing = `${did(story, 'a correct shop of the kit')}, run ${i + 1} of 2`
        if (story.ended === 'deadline')
          return fail('test.never-ends', { did: doing, saw: 'it was still running after 180 s' })
        if (story.exit?.code !== 0) {
          return fail('test.fails-on-right-shop', { did: doing, saw: `${endOf(story)}${failures(story)}` })
        }
      }
      const [story] = storiesOf(history, 'right')
      const posted = linesWith(storiesOf(history, 'shop right'), WORDS.orderCreated).length
      if (posted > 0 || story === undefined) return pass
      return fail('test.posts-nothing', {
        did: did(story, 'a correct shop of the kit'),
        saw: 'it passed, but the shop never got an order',
      })
    },
  }),

  check({
    id: 'I2',
    title: 'Your tests fail on each of seven broken shops, a mark each',
    marks: 7,
    needs: ['I1'],
    drive: onBrokenShops,
    judge: (history) => {
      const runs = FAULTS.map((fault) => ({ fault, story: storiesOf(history, fault)[0] }))
      const missed = runs.filter(({ story }) => story?.exit?.code === 0 || story?.ended === 'deadline')
      const [first] = missed
      if (first?.story === undefined) return pass
      const end = first.story.ended === 'deadline' ? 'was still running after 180 s' : 'passed'
      const saw = `"test" did not fail on ${missed.length} of ${FAULTS.length} broken shops: ${missed.map(({ fault }) => SHOP_FAULTS[fault]).join('; ')}`
      const judgement = fail('test.misses-a-fault', {
        did: did(first.story, `a shop where ${SHOP_FAULTS[first.fault]}`),
        saw,
        first: `✗ ${first.fault}: "test" ${end}`,
      })
      return judgement.kind === 'fail' ? { ...judgement, marks: FAULTS.length - missed.length } : judgement
    },
  }),
]

/** The lines by which test runners name what failed, and why; else the last words. */
function failures(story: ProcessStory): string {
  const texts = story.lines.map(({ text }) => text.trim())
  const named = texts.filter((text) => /^(✖|not ok|✗|FAIL|FAILED)/i.test(text)).slice(0, 3)
  const why = texts.filter((text) => /^\S*(Error|Exception)\b.*: /.test(text)).slice(0, 2)
  const shown = [...named, ...why]
  return shown.length > 0 ? `; ${shown.map((text) => clip(text, 200)).join(' | ')}` : lastWords(story)
}
