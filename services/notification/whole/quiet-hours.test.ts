import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type QuietHours, quietUntil } from './quiet-hours.ts'

const night = (timeZone: string): QuietHours => ({ from: '22:00', to: '07:00', timeZone })
const until = (hours: QuietHours, at: string): string | null => {
  const end = quietUntil(hours, Date.parse(at))
  return end === null ? null : new Date(end).toISOString()
}

const cases: readonly (readonly [string, QuietHours, string, string | null])[] = [
  ['in the evening', night('Europe/Berlin'), '2026-01-10T21:30:00Z', '2026-01-11T06:00:00.000Z'],
  ['before dawn', night('Europe/Berlin'), '2026-01-10T05:59:59.999Z', '2026-01-10T06:00:00.000Z'],
  ['at the end', night('Europe/Berlin'), '2026-01-10T06:00:00Z', null],
  ['by day', night('Europe/Berlin'), '2026-01-10T12:00:00Z', null],
  ['at the beginning', night('Europe/Berlin'), '2026-01-10T21:00:00Z', '2026-01-11T06:00:00.000Z'],
  ['on the other side of the world', night('Pacific/Auckland'), '2026-01-10T12:00:00Z', '2026-01-10T18:00:00.000Z'],
  ['in a zone of half hours', night('Asia/Kolkata'), '2026-01-10T20:00:00Z', '2026-01-11T01:30:00.000Z'],
  ['in the night when clocks go forward', night('Europe/Berlin'), '2026-03-28T23:00:00Z', '2026-03-29T05:00:00.000Z'],
  ['in the night when clocks go back', night('Europe/Berlin'), '2026-10-24T22:00:00Z', '2026-10-25T06:00:00.000Z'],
  [
    'that end in the hour that is skipped',
    { from: '22:00', to: '02:30', timeZone: 'Europe/Berlin' },
    '2026-03-29T00:30:00Z',
    '2026-03-29T01:00:00.000Z',
  ],
  [
    'in the second of two equal hours',
    { from: '22:00', to: '02:30', timeZone: 'Europe/Berlin' },
    '2026-10-25T01:10:00Z',
    '2026-10-25T01:30:00.000Z',
  ],
  ['of a siesta', { from: '13:00', to: '15:00', timeZone: 'UTC' }, '2026-01-10T14:00:00Z', '2026-01-10T15:00:00.000Z'],
  ['in a zone that nobody knows', night('Mars/Phobos'), '2026-01-10T23:00:00Z', '2026-01-11T07:00:00.000Z'],
  ['that are no times', { from: '99:99', to: '07:00', timeZone: 'UTC' }, '2026-01-10T23:00:00Z', null],
  ['of no length', { from: '07:00', to: '07:00', timeZone: 'UTC' }, '2026-01-10T07:00:00Z', null],
]

for (const [name, hours, at, expected] of cases) {
  test(`given quiet hours ${name}, when it is ${at}, then they last until ${expected ?? 'never mind'}`, () => {
    assert.equal(until(hours, at), expected)
  })
}

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia']
const time = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
const hoursOf = fc.record({ from: time, to: time, timeZone: fc.constantFrom(...zones) })
const year2026 = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) })

test('given any quiet hours and any moment, when they have an end, then it is quiet up to it and not at it', () => {
  fc.assert(
    fc.property(hoursOf, year2026, fc.nat(999), (hours, at, part) => {
      const end = quietUntil(hours, at)
      if (end === null) return
      assert.ok(end > at && end - at <= 26 * 3_600_000)
      assert.equal(quietUntil(hours, end), null)
      const between = at + Math.floor(((end - 1 - at) * part) / 1_000)
      assert.notEqual(quietUntil(hours, between), null)
    }),
    { numRuns: 500 },
  )
})
