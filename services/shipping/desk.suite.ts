import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../kit/service/http/problem.ts'
import type { Fresh } from '../../kit/store/suite/fresh.ts'
import { openDesk, orderOf, recordOf, reserved, storyOf } from './desk.fixture.ts'

const step = 1_000
const env = { CARRIER_STEP_MS: String(step) }
const refusedWith = (status: number) => (error: unknown) => error instanceof Problem && error.status === status
const cancelled = (orderId: string) =>
  recordOf('order-cancelled', orderId, { ...orderOf(orderId), reason: 'changed my mind' })

/** What shipping promises, whatever database is behind it. */
export function deskSuite(name: string, fresh: Fresh): void {
  test(`${name}: given reserved stock, when the carrier works, then the parcel goes its way, one step each step time`, async (t) => {
    const clock = { now: 1_000_000 }
    const { useCases, process, said } = await openDesk(t, await fresh(t), clock, env)
    await process([reserved('o1'), reserved('o1')])
    assert.equal(await useCases.moveParcels(step, 50), 0, 'not before its time')
    for (let i = 0; i < 5; i++) {
      clock.now += step
      await useCases.moveParcels(step, 50)
    }
    assert.deepEqual(storyOf(said, 'o1'), [
      'created',
      ...['PICKED_UP', 'IN_TRANSIT', 'DELIVERED'].map((s) => `status-changed ${s}`),
    ])
    clock.now += step
    assert.equal(await useCases.moveParcels(step, 50), 0, 'what has arrived does not wait for anything')
    const { history } = await useCases.get('o1', undefined)
    assert.deepEqual(
      history.slice(1).map(({ at }) => at),
      [1, 2, 3].map((n) => 1_000_000 + n * step),
    )
  })

  test(`${name}: given many parcels, then a round moves so many and no more, the longest waiting first`, async (t) => {
    const clock = { now: 1_000_000 }
    const { useCases, process, said } = await openDesk(t, await fresh(t), clock, env)
    for (let i = 0; i < 25; i++) {
      clock.now += 1
      await process([reserved(`o${i}`)])
    }
    clock.now += step
    assert.equal(await useCases.moveParcels(step, 10), 10)
    assert.deepEqual(
      said.slice(25).map(({ key }) => key),
      Array.from({ length: 10 }, (_, i) => `o${i}`),
    )
  })

  test(`${name}: given two instances, when both move the same parcels at once, then each takes each step once`, async (t) => {
    const clock = { now: 1_000_000 }
    const url = await fresh(t)
    const [one, other] = [await openDesk(t, url, clock, env), await openDesk(t, url, clock, env)]
    await one.process(Array.from({ length: 60 }, (_, i) => reserved(`o${i}`)))
    clock.now += step
    const moved = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? one : other).useCases.moveParcels(step, 40)),
    )
    const picked = [...one.said, ...other.said].filter(({ topic }) => topic === 'shipping.shipment.status-changed')
    assert.equal(
      moved.reduce((sum, n) => sum + n, 0),
      picked.length,
    )
    assert.equal(new Set(picked.map(({ key }) => key)).size, picked.length, 'none was moved twice')
    assert.ok(picked.length >= 40)
  })

  test(`${name}: given a cancellation before, in or after the batch of its reservation, then nothing is sent any more`, async (t) => {
    const clock = { now: 1_000_000 }
    const { useCases, process, said } = await openDesk(t, await fresh(t), clock, env)
    await process([cancelled('early')])
    await process([reserved('early'), reserved('same'), cancelled('same'), reserved('later')])
    await process([cancelled('later'), cancelled('later')])
    clock.now += step
    assert.equal(await useCases.moveParcels(step, 50), 0)
    const stories = ['early', 'same', 'later'].map((id) => storyOf(said, id))
    assert.deepEqual(stories, [[], ['created', 'status-changed CANCELLED'], ['created', 'status-changed CANCELLED']])
    await assert.rejects(useCases.labelled('same', undefined), refusedWith(409))
  })

  test(`${name}: given the toggles, when they are on, then parcels are refused or late, which is counted`, async (t) => {
    const clock = { now: 1_000_000 }
    const { useCases, process, said, board } = await openDesk(t, await fresh(t), clock, env)
    board.set('ship-refuse', { percent: 100 })
    await process([reserved('refused')])
    board.mend('ship-refuse')
    await process([reserved('late')])
    board.set('carrier-late', { ms: 5 * step })
    for (let i = 0; i < 8; i++) {
      clock.now += step
      await useCases.moveParcels(step, 50)
    }
    assert.deepEqual(storyOf(said, 'refused'), ['status-changed FAILED'])
    const ways = ['PICKED_UP', 'IN_TRANSIT', 'DELAYED'].map((s) => `status-changed ${s}`)
    assert.deepEqual(storyOf(said, 'late'), ['created', ...ways, 'updated'], 'it waits longer than a step')
    clock.now += step
    await useCases.moveParcels(step, 50)
    assert.equal((await useCases.get('late', undefined)).status, 'DELIVERED')
    const injected = Object.fromEntries(board.states().map((one) => [one.id, one.injected]))
    assert.deepEqual([injected['ship-refuse'], injected['carrier-late']], [1, 1])
  })

  test(`${name}: given a parcel sent by hand, when it is asked for again, then it is the same; another is refused`, async (t) => {
    const { useCases, process, said } = await openDesk(t, await fresh(t), { now: 1_000_000 }, env)
    const made = await Promise.all([1, 2, 3].map(() => useCases.create(orderOf('o1'), undefined)))
    assert.equal(made.filter(({ isNew }) => isNew).length, 1)
    assert.equal(new Set(made.map(({ shipment }) => shipment.trackingNumber)).size, 1)
    await assert.rejects(useCases.create({ ...orderOf('o1'), quantity: 2 }, undefined), refusedWith(409))
    await process([reserved('o1'), reserved('o2'), cancelled('o3')])
    for (const id of ['o2', 'o3']) await assert.rejects(useCases.create(orderOf(id), undefined), refusedWith(409))
    assert.deepEqual(storyOf(said, 'o1'), ['created'])
  })

  test(`${name}: given a parcel, when somebody tells something about it, then it goes on its way as before`, async (t) => {
    const clock = { now: 1_000_000 }
    const { useCases, process, said } = await openDesk(t, await fresh(t), clock, env)
    await process([reserved('o1')])
    const told = await useCases.amend('o1', { note: 'later', deliverBy: 9_000_000 }, undefined)
    assert.deepEqual([told.deliverBy, told.status], [9_000_000, 'CREATED'])
    await useCases.amend('o1', { note: 'later' }, undefined)
    clock.now += step
    await useCases.moveParcels(step, 50)
    assert.deepEqual(storyOf(said, 'o1'), ['created', 'updated', 'status-changed PICKED_UP'])
    await assert.rejects(useCases.amend('nobody', { note: 'n' }, undefined), refusedWith(404))
  })

  test(`${name}: given the events of users, then a label names the user until the user is gone, and the parcel goes on`, async (t) => {
    const { useCases, process } = await openDesk(t, await fresh(t), { now: 1_000_000 }, env)
    const personal = { keyId: 'k', iv: 'i', tag: 't', text: 'x' }
    const preferences = { channels: [], quietHours: null }
    const ann = (revision: number) => ({ userId: 'ann', role: 'customer', preferences, personal, revision })
    await process([recordOf('identity.user.created', 'ann', ann(1)), reserved('o1')])
    assert.equal((await useCases.labelled('o1', 'ann')).recipient, 'ann')
    await process([recordOf('identity.user.deactivated', 'ann', { userId: 'ann', revision: 3, forgotten: true })])
    await process([recordOf('identity.user.updated', 'ann', ann(2))])
    const { shipment, recipient } = await useCases.labelled('o1', undefined)
    assert.deepEqual([shipment.status, recipient], ['CREATED', null])
    await assert.rejects(useCases.get('o1', 'somebody else'), refusedWith(404))
  })

  test(`${name}: given shipments, when they are listed page by page, then each comes once and those never sent do not`, async (t) => {
    const { useCases, process } = await openDesk(t, await fresh(t), { now: 1_000_000 }, env)
    const ids = Array.from({ length: 7 }, (_, i) => `o${i}`)
    await process([cancelled('never'), ...ids.map(reserved), cancelled('o3')])
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await useCases.list({ limit: 3, cursor })
      seen.push(...page.shipments.map(({ orderId }) => orderId))
      cursor = page.cursor ?? undefined
    } while (cursor !== undefined)
    assert.deepEqual(seen.toSorted(), ids)
    const { shipments } = await useCases.list({ limit: 50, status: 'CANCELLED' })
    assert.deepEqual(
      shipments.map(({ orderId }) => orderId),
      ['o3'],
    )
    const { trackingNumber } = shipments[0]!
    assert.equal((await useCases.track(trackingNumber)).orderId, 'o3')
    assert.equal((await useCases.list({ limit: 50, orderId: 'o5' })).shipments.length, 1)
  })

  test(`${name}: given ids that no database can keep, when they come among others, then nobody has to wait`, async (t) => {
    const { process, said } = await openDesk(t, await fresh(t), { now: 1_000_000 }, env)
    const hostile = ['a\0b', 'half \ud800', '\ufffe']
    await process([...hostile, 'good'].map(reserved))
    assert.deepEqual(storyOf(said, 'good'), ['created'])
    assert.equal(said.length, 4)
  })
}
