import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DeskFixture, type Fresh, openDesk, openLane } from './desk.fixture.ts'
import { findMessages, sendAgain } from './queue.ts'
import { happened } from './telling.fixture.ts'

const completed = (orderId: string, userId = 'u-1') => happened('order.order.completed', { orderId, userId })
const statuses = async ({ all }: DeskFixture) => (await all()).map(({ id, status }) => `${id} ${status}`)
const second = 1_000

export const deskTests = (fresh: Fresh): void => {
  test('given events that come twice, in one batch and in two, when they are handled, then each order end is one message', async (t) => {
    const desk = await openDesk(t, fresh)
    const event = completed('o-1')
    await desk.hear(event, event, completed('o-1'))
    await desk.hear(event, completed('o-1'), happened('order-cancelled', { orderId: 'o-2' }))
    await desk.hear(completed('o-2'))
    assert.deepEqual(await statuses(desk), ['cancellation.o-2.email WAITING', 'confirmation.o-1.email WAITING'])
  })

  test('given an alert that comes again when the inbox has forgotten it, when it was sent, then it stays sent', async (t) => {
    const desk = await openDesk(t, fresh)
    const event = happened('stock-depleted')
    await desk.hear(event)
    await openLane(desk, () => ({ outcome: 'sent' })).run()
    await desk.store.db.deleteFrom('inbox' as never).execute()
    await desk.hear(event)
    assert.deepEqual(
      (await desk.all()).map(({ status }) => status),
      ['SENT'],
    )
  })

  test('given two instances, when both take what is due, then no message is taken twice, and none is settled by the wrong one', async (t) => {
    const desk = await openDesk(t, fresh)
    await desk.hear(...Array.from({ length: 40 }, (_, i) => completed(`o-${i}`)))
    const { queue, store, clock } = desk
    const claim = (owner: string, limit: number) =>
      store.transaction((tx) =>
        queue.claim(tx, { way: 'email', owner, now: clock.now, until: clock.now + 15 * second, limit }),
      )
    const [a, b, c] = await Promise.all([claim('a', 15), claim('b', 15), claim('a', 15)])
    const ids = [...a, ...b, ...c].map(({ id }) => id)
    assert.deepEqual([ids.length, new Set(ids).size], [40, 40])
    const end = { message: b[0]!, status: 'SENT', reason: null, dueAt: clock.now, tried: true } as const
    await store.transaction((tx) => queue.settle(tx, 'a', [end], clock.now))
    assert.equal((await findMessages(store.db, { limit: 50, status: 'SENT' })).length, 0)
    await store.transaction((tx) => queue.settle(tx, 'b', [end], clock.now))
    assert.equal((await findMessages(store.db, { limit: 50, status: 'SENT' })).length, 1)
  })

  test('given messages in the hand of a process that died, when their time is over, then another takes them; its own new self need not wait', async (t) => {
    const desk = await openDesk(t, fresh)
    await desk.hear(completed('o-1'), completed('o-2'))
    const { queue, store, clock } = desk
    const claim = (owner: string) =>
      store.transaction((tx) =>
        queue.claim(tx, { way: 'email', owner, now: clock.now, until: clock.now + 15 * second, limit: 1 }),
      )
    assert.equal((await claim('a')).length, 1)
    assert.equal((await claim('b')).length, 1)
    assert.deepEqual(await claim('c'), [])
    await queue.release('a', clock.now)
    assert.equal((await claim('c')).length, 1, 'what a had')
    clock.now += 10 * second
    await queue.renew({ way: 'email', owner: 'b', until: clock.now + 15 * second })
    clock.now += 10 * second
    assert.equal((await claim('d')).length, 1, 'what c had; b is alive')
    assert.deepEqual(await queue.due(['email', 'sms'], clock.now), [])
    clock.now += 10 * second
    assert.deepEqual(await queue.due(['email', 'sms'], clock.now), ['email'])
  })

  test('given a channel that fails for a while, when messages are tried, then the delays grow up to a bound, and it is given up in the end', async (t) => {
    const desk = await openDesk(t, fresh)
    await desk.hear(completed('o-1'))
    const lane = openLane(desk, () => ({ outcome: 'passing', reason: 'busy' }))
    const delays: number[] = []
    for (;;) {
      await lane.run()
      const [message] = await desk.all()
      if (message?.status !== 'WAITING') break
      delays.push(message.dueAt - desk.clock.now)
      desk.clock.now = message.dueAt
    }
    // Jitter at its middle: three quarters of 1, 3 and 9 seconds, the last one cut at 5.
    assert.deepEqual(delays, [750, 2_250, 5_000])
    const [message] = await desk.all()
    assert.deepEqual(
      [message?.status, message?.attempts, message?.reason],
      ['FAILED', 4, 'given up after 4 tries: busy'],
    )
    assert.equal(await sendAgain(desk.store.db, message!.id, desk.clock.now), true)
    assert.equal(await sendAgain(desk.store.db, message!.id, desk.clock.now), false)
  })

  test('given a letter that is refused for good, when it is tried, then the others of its round go, and it is not tried again', async (t) => {
    const desk = await openDesk(t, fresh)
    await desk.hear(completed('o-1'), completed('o-2'), completed('o-3'))
    const lane = openLane(desk, ({ message }) =>
      message.orderId === 'o-2' ? { outcome: 'lasting', reason: 'no such box' } : { outcome: 'sent' },
    )
    await lane.run()
    assert.deepEqual(await statuses(desk), [
      'confirmation.o-1.email SENT',
      'confirmation.o-2.email FAILED',
      'confirmation.o-3.email SENT',
    ])
    assert.equal(lane.letters.length, 3)
  })

  test('given a database that fails after the letters are out, when it recovers, then they are noted as sent, and not sent again', async (t) => {
    const desk = await openDesk(t, fresh)
    await desk.hear(completed('o-1'))
    let sent = false
    let faults = 0
    const store = {
      transaction: ((work: never) => {
        if (!sent || faults >= 2) return desk.store.transaction(work)
        faults += 1
        return Promise.reject(new Error('disk full'))
      }) as typeof desk.store.transaction,
    }
    const lane = openLane(
      desk,
      () => {
        sent = true
        return { outcome: 'sent' }
      },
      { store },
    )
    await lane.run()
    assert.deepEqual([lane.letters.length, lane.failures.length], [1, 2])
    assert.deepEqual(await statuses(desk), ['confirmation.o-1.email SENT'])
  })

  test('given a user who is asleep, when they get up earlier or are forgotten, then what waits for them is looked at anew', async (t) => {
    const desk = await openDesk(t, fresh)
    const quietHours = { from: '10:00', to: '20:00', timeZone: 'UTC' }
    const asleep = { preferences: { channels: ['sms'], quietHours } }
    await desk.hear(
      happened('identity.user.created', asleep),
      happened('identity.user.created', { ...asleep, userId: 'u-2' }),
      happened('shipping.shipment.status-changed', { orderId: 'o-1' }),
      happened('shipping.shipment.status-changed', { orderId: 'o-2', userId: 'u-2' }),
    )
    const lane = openLane(desk, () => ({ outcome: 'sent' }), { way: 'sms' })
    await lane.run()
    assert.ok(
      (await desk.all()).every(
        ({ dueAt, reason }) => reason === 'quiet hours' && dueAt === Date.parse('2026-01-10T20:00:00Z'),
      ),
    )
    await desk.hear(
      happened('identity.user.updated', { preferences: { channels: ['sms'], quietHours: null } }),
      happened('identity.user.deactivated', { userId: 'u-2' }),
    )
    await lane.run()
    const ends = (await desk.all()).map(({ orderId, status, reason }) => [orderId, status, reason])
    assert.deepEqual(ends.sort(), [
      ['o-1', 'SENT', null],
      ['o-2', 'DROPPED', 'the user is forgotten'],
    ])
    assert.equal(lane.letters.length, 1)
  })

  test('given an address that cannot be had now, when it can, then the message goes, and no attempt was counted; unknown users need none', async (t) => {
    const desk = await openDesk(t, fresh)
    await desk.hear(happened('identity.user.created'), completed('o-1'), completed('o-2', 'stranger'))
    let isDown = true
    const personal = { name: 'Ann', email: 'ann@example.org', phone: null }
    const contacts = {
      of: () => (isDown ? Promise.reject(new Error('waits for identity')) : Promise.resolve({ found: personal })),
    }
    const lane = openLane(desk, () => ({ outcome: 'sent' }), { address: 'email', contacts })
    await lane.run()
    assert.deepEqual(await statuses(desk), ['confirmation.o-1.email WAITING', 'confirmation.o-2.email SENT'])
    isDown = false
    desk.clock.now += 10 * second
    await lane.run()
    const [message] = await desk.all()
    assert.deepEqual([message?.status, message?.attempts], ['SENT', 1])
    assert.deepEqual(
      lane.letters.map(({ to, words }) => [to?.email, words.text.split('\n')[0]]),
      [
        [undefined, 'Dear customer,'],
        ['ann@example.org', 'Dear Ann,'],
      ],
    )
  })

  test('given nobody to alert by e-mail, when a shelf is empty, then the alert is dropped with the reason', async (t) => {
    const desk = await openDesk(t, fresh)
    await desk.hear(happened('stock-depleted'))
    await openLane(desk, () => ({ outcome: 'sent' }), { address: 'email', admin: false }).run()
    const [alert] = await desk.all()
    assert.deepEqual([alert?.status, alert?.reason], ['DROPPED', 'nobody is named whom alerts go to'])
  })

  test('given messages of many kinds, when some are asked for, then those come, newest first', async (t) => {
    const desk = await openDesk(t, fresh)
    await desk.hear(happened('identity.user.created'), completed('o-1'))
    desk.clock.now += second
    await desk.hear(completed('o-2', 'u-2'), happened('shipping.shipment.status-changed', { orderId: 'o-1' }))
    const find = async (filter: object) =>
      (await findMessages(desk.store.db, { limit: 50, ...filter })).map(({ orderId, way }) => `${orderId} ${way}`)
    assert.deepEqual((await find({ userId: 'u-1' })).toSorted(), ['o-1 email', 'o-1 push', 'o-1 sms'])
    assert.deepEqual(await find({ channel: 'email' }), ['o-2 email', 'o-1 email'])
    assert.deepEqual(await find({ orderId: 'o-1', channel: 'sms' }), ['o-1 sms'])
    assert.deepEqual(await find({ status: 'SENT' }), [])
    assert.equal((await find({ limit: 2 })).length, 2)
  })
}
