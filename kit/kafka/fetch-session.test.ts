import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { FetchSession, type SessionQuestion, type Wanted } from './fetch-session.ts'

/** A broker's half, as KIP-227 has it: `wanted` is what it would read for the last request. */
class Broker {
  wanted = new Map<string, string>()
  #id = 0
  #nextEpoch = 0
  #made = 0
  hasRoom = true

  hear({ sessionId, sessionEpoch, topics, forgottenTopics }: SessionQuestion): {
    errorCode: number
    sessionId: number
  } {
    if (sessionEpoch === 0) {
      this.wanted = new Map()
      this.#id = this.hasRoom ? ++this.#made : 0
      this.#nextEpoch = 0
    } else if (sessionId !== this.#id || this.#id === 0) return { errorCode: 70, sessionId: 0 }
    else if (sessionEpoch !== this.#nextEpoch) return { errorCode: 71, sessionId: 0 }
    this.#nextEpoch += 1
    for (const { topic, partitions } of forgottenTopics)
      for (const one of partitions) this.wanted.delete(`${topic}/${one}`)
    for (const { topic, partitions } of topics)
      for (const one of partitions) this.wanted.set(`${topic}/${one.partition}`, `${one.fetchOffset} ${one.maxBytes}`)
    return { errorCode: 0, sessionId: this.#id }
  }

  forget(): void {
    this.#id = 0
  }
}

const flat = (wanted: readonly Wanted[]): Map<string, string> =>
  new Map(
    wanted.flatMap(({ topic, partitions }) =>
      partitions.map((one) => [`${topic}/${one.partition}`, `${one.fetchOffset} ${one.maxBytes}`] as const),
    ),
  )

const partition = fc.record({
  partition: fc.nat(2),
  fetchOffset: fc.nat(2).map(String),
  maxBytes: fc.constantFrom(10, 20),
})
const wishes: fc.Arbitrary<Wanted[]> = fc.uniqueArray(
  fc.record({
    topic: fc.constantFrom('a', 'b', 'c'),
    partitions: fc.uniqueArray(partition, { minLength: 1, selector: (one) => one.partition }),
  }),
  { selector: (one) => one.topic },
)
const mishap = fc.constantFrom('none', 'none', 'none', 'request lost', 'answer lost', 'forgotten', 'no room' as const)

it('given any wishes and mishaps, when a request is answered, then the broker reads just what was wished', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(wishes, mishap), { maxLength: 30 }), (steps) => {
      const [session, broker] = [new FetchSession(), new Broker()]
      for (const [wanted, happens] of steps) {
        broker.hasRoom = happens !== 'no room'
        if (happens === 'forgotten') broker.forget()
        const question = session.ask(wanted)
        if (happens === 'request lost') {
          session.failed()
          continue
        }
        const answer = broker.hear(question)
        if (happens === 'answer lost' || answer.errorCode !== 0) {
          session.failed()
          continue
        }
        session.answered(answer.sessionId)
        assert.deepEqual(broker.wanted, flat(wanted))
      }
    }),
  )
})

it('given a session, when one offset of many moved on, then the next request names that partition alone', () => {
  const session = new FetchSession()
  const at = (offset: string): Wanted[] =>
    ['a', 'b'].map((topic) => ({
      topic,
      partitions: [0, 1, 2].map((one) => ({
        partition: one,
        fetchOffset: topic === 'b' && one === 1 ? offset : '7',
        maxBytes: 10,
      })),
    }))
  assert.equal(flat(session.ask(at('7')).topics).size, 6)
  session.answered(4711)
  assert.deepEqual(session.ask(at('8')), {
    sessionId: 4711,
    sessionEpoch: 1,
    topics: [{ topic: 'b', partitions: [{ partition: 1, fetchOffset: '8', maxBytes: 10 }] }],
    forgottenTopics: [],
  })
  session.answered(4711)
  assert.deepEqual(session.ask(at('8').slice(0, 1)), {
    sessionId: 4711,
    sessionEpoch: 2,
    topics: [],
    forgottenTopics: [{ topic: 'b', partitions: [0, 1, 2] }],
  })
})

it('given a request that failed, when the next is asked, then it names everything, and the session that it ends', () => {
  const session = new FetchSession()
  const wanted = [{ topic: 'a', partitions: [{ partition: 0, fetchOffset: '1', maxBytes: 10 }] }]
  session.ask(wanted)
  session.answered(4711)
  session.ask(wanted)
  session.failed()
  assert.deepEqual(session.ask(wanted), { sessionId: 4711, sessionEpoch: 0, topics: wanted, forgottenTopics: [] })
})
