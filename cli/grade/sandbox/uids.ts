import { createServer } from 'node:net'

const FIRST = 61_001
const LAST = 61_999

/**
 * A user id that no other sandbox of this machine has at the moment, and no account of a usual system. A name in Linux' abstract socket space
 * holds it: however this program ends, it is free again.
 */
export async function takeUid(): Promise<{ uid: number; giveBack: () => void }> {
  for (let uid = FIRST; uid <= LAST; uid++) {
    const server = createServer().unref()
    const isOurs = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(`\0saga-lab-uid-${uid}`, () => resolve(true))
    })
    if (isOurs) return { uid, giveBack: () => void server.close() }
  }
  throw new Error(`all user ids from ${FIRST} to ${LAST} are taken`)
}
