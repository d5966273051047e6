import type { DeadLetterRow, Passport, Recording, SagaStory, SagaSummary } from '../../hub/protocol.ts'
import { type Api, ApiError, type SagaFilter } from '../wire/api.ts'
import type { Place } from './place.ts'

/** Where what is asked for once comes from: the hub, or the file that is open. */
export interface Source {
  story(orderId: string): Promise<SagaStory>
  passport(place: Place): Promise<Passport>
  sagas(filter: SagaFilter): Promise<SagaSummary[]>
  deadLetters(): Promise<DeadLetterRow[]>
}

const SAGAS = 200

export const hubSource = (api: Api): Source => ({
  story: (orderId) => api.story(orderId),
  passport: ({ topic, partition, offset }) => api.passport(topic, partition, offset),
  sagas: (filter) => api.sagas(filter, SAGAS),
  deadLetters: () => api.deadLetters(),
})

export function recordingSource({ stories, passports }: Recording): Source {
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new ApiError(404, `${what} is not in this recording.`)
    return value
  }
  return {
    async story(orderId) {
      return found(
        stories.find(({ summary }) => summary.orderId === orderId),
        'This order',
      )
    },
    async passport({ topic, partition, offset }) {
      return found(
        passports.find(({ dot }) => dot.topic === topic && dot.partition === partition && dot.offset === offset),
        'The passport of this event',
      )
    },
    async sagas(filter) {
      return stories
        .map(({ summary }) => summary)
        .filter((saga) => passes(saga, filter))
        .sort((a, b) => b.startedAt - a.startedAt)
    },
    async deadLetters() {
      return []
    },
  }
}

export function passes({ status }: SagaSummary, filter: SagaFilter): boolean {
  if (filter === 'all') return true
  if (filter === 'failed') return status === 'cancelled'
  if (filter === 'done') return status === 'confirmed'
  return status === filter
}
