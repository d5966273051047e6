import { deadLetterTopic } from '../../kit/service/dead-letter.ts'
import { passportAt, passportOf } from './core/passport.ts'
import type { HubState } from './core/state.ts'
import type { ShopPorts } from './ports.ts'
import type { Passport } from './protocol.ts'

const SUFFIX = deadLetterTopic('')

/** All that is known of one record; a dead letter that is older than the hub's memory is read from its topic, where it is kept. */
export async function findPassport(
  state: HubState,
  ports: Pick<ShopPorts, 'deadLetters'>,
  { topic, partition, offset }: { readonly topic: string; readonly partition: number; readonly offset: string },
  now: number,
): Promise<Passport | undefined> {
  const known = passportAt(state, topic, partition, offset)
  if (known !== undefined || !topic.endsWith(SUFFIX)) return known
  const letters = await ports.deadLetters(topic)
  const letter = letters.find(({ record }) => record.partition === partition && String(record.offset) === offset)
  return letter && passportOf(state, state.look(letter.record, now))
}
