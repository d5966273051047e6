import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HistoryEntry, timeline } from './timeline.ts'

const history: readonly HistoryEntry[] = [
  { t: 0, who: 'nemesis', what: 'kills order' },
  { t: 5, who: 'client', what: 'places', orderId: 'o1' },
  { t: 7, who: 'client', what: 'places', orderId: 'o2' },
  { t: 12, who: 'nemesis', what: 'kills payment#0' },
  {
    t: 130,
    who: 'payment#0',
    what: 'handles',
    topic: 'order-created',
    partition: 2,
    offset: '17',
    eventId: 'e1',
    orderId: 'o1',
  },
]

test('given a history, when one order is asked for, then its lines and the faults since its first one are told, in columns', () => {
  assert.equal(
    timeline(history, 'o1'),
    [
      'order o1:',
      '    5  client     places',
      '   12  nemesis    kills payment#0',
      '  130  payment#0  handles e1  @ order-created/2/17',
    ].join('\n'),
  )
})

test('given an order that is not in the history, then that is what is said', () => {
  assert.equal(timeline(history, 'o9'), 'order o9: nothing is known of it')
})
