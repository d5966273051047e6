import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { createFaults } from '../../../kit/service/faults.ts'
import { createSwitches } from '../../../kit/service/switches/switches.ts'
import { createOverload } from '../../../services/gateway/overload.ts'
import { createShortage } from '../../../services/inventory/shortage.ts'
import { createDeclines } from '../../../services/payment/declines.ts'
import { createCarrier } from '../../../services/shipping/carrier.ts'
import { shippingSettings } from '../../../services/shipping/settings.ts'
import { shuffleKeys } from './levers/log.ts'
import { ownSettings } from './levers/switches.ts'
import { readSettings, requireToggle } from './settings.ts'
import { defaultsOf, TOGGLES } from './toggles.ts'

test('given the catalogue, then ids and letters are unique, texts are sentences, and all settings have defaults', () => {
  assert.equal(new Set(TOGGLES.map(({ id }) => id)).size, TOGGLES.length)
  assert.equal(new Set(TOGGLES.map(({ letter }) => letter)).size, TOGGLES.length)
  for (const toggle of TOGGLES) {
    assert.match(toggle.about, /^[A-Z].*\.$/, toggle.id)
    assert.equal(toggle.anomaly === undefined, !toggle.id.startsWith('no-'), toggle.id)
    assert.ok(toggle.targets.length > 0, toggle.id)
    const defaults = defaultsOf(toggle)
    if ('service' in toggle.settings.shape && toggle.kind !== 'log') assert.equal(defaults.service, toggle.targets[0])
    assert.equal(z.toJSONSchema(toggle.settings, { io: 'input' }).type, 'object')
  }
})

test('given a toggle inside a service, when it is sent with its defaults, then the service takes it', () => {
  const { board } = createSwitches(createFaults({ kill: () => {} }))
  createDeclines(0, '1', board)
  createShortage(board)
  createCarrier(shippingSettings.parse({}), board)
  createOverload(board)
  for (const toggle of TOGGLES.filter(({ kind }) => kind === 'service')) {
    assert.equal(board.set(toggle.id, ownSettings(toggle, defaultsOf(toggle))).on, true, toggle.id)
  }
})

test('given settings, then what is not said is the default, and what does not apply to a toggle is passed over', () => {
  const decline = requireToggle('decline')
  assert.deepEqual(readSettings(decline, { percent: 30, service: 'payment' }), { percent: 30, forSeconds: 60, seed: 1 })
  assert.equal(readSettings(requireToggle('poison'), { forSeconds: 5 }).forSeconds, undefined)
  assert.equal(readSettings(requireToggle('out-of-stock'), { productId: 201 }).productId, '201')
  assert.equal(readSettings(requireToggle('kill'), undefined).service, 'payment')
})

for (const [id, settings, said] of [
  ['decline', { percent: 5 }, /percent.*10/],
  ['decline', { service: 'order' }, /service/],
  ['slow', { ms: 'long' }, /ms: .*number/],
  ['crash', { point: 'nowhere' }, /point: .*relay\.read/],
  ['poison', { topic: 'a b' }, /topic/],
  ['kill', { when: 'now' }, /when/],
  ['kill', [], /object/],
  ['kill', 'now', /object/],
] as const) {
  test(`given ${JSON.stringify(settings)} for ${id}, then the refusal names the setting and lists those there are`, () => {
    assert.throws(
      () => readSettings(requireToggle(id), settings),
      (error: Error & { exit?: number; remedy?: string }) => {
        assert.match(error.message, said)
        assert.match(String(error.remedy), /^It takes .*seed=1/)
        return error.exit === 2
      },
    )
  })
}

test('given a toggle that does not exist, then those that do are listed', () => {
  assert.throws(() => requireToggle('constructor'), {
    exit: 2,
    message: /no failure toggle constructor/,
    remedy: /kill/,
  })
})

test('given records of several keys, when they are shuffled, then each key keeps its order, another key comes first, and the seed decides', () => {
  const item = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), n: fc.nat() })
  fc.assert(
    fc.property(fc.array(item, { maxLength: 40 }), fc.nat(), (items, seed) => {
      const shuffled = shuffleKeys(items, ({ key }) => key, seed)
      assert.deepEqual(
        shuffleKeys(items, ({ key }) => key, seed),
        shuffled,
      )
      for (const key of ['a', 'b', 'c', 'd']) {
        const of = (list: typeof items) => list.filter((one) => one.key === key)
        assert.deepEqual(of(shuffled), of(items))
      }
      if (new Set(items.map(({ key }) => key)).size > 1) assert.notEqual(shuffled[0]?.key, items[0]?.key)
      assert.equal(shuffled.length, items.length)
    }),
  )
})
