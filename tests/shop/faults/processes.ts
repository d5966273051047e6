import { stateByPs } from '../../../cli/broker/process.ts'
import { inflict } from './nemesis.ts'
import { nameOf, type Place, type Rig, SESSION_MS } from './rig.ts'
import { waitFor } from './wait.ts'

const groupOf = ({ service }: Place): string => `${service}-group`
const clientOf = ({ service, instance }: Place): string => `${service}-${instance}`

const isMember = async (rig: Rig, place: Place): Promise<boolean> => {
  const { members } = await rig.bus.group(groupOf(place))
  return members.some(({ clientId }) => clientId === clientOf(place))
}

const FREEZES = 5

/** One try: the ms that it stood still, or null when it died or was woken before the group had noticed. */
const freezeOnce = async (rig: Rig, place: Place): Promise<number | null> => {
  const { pid } = await waitFor(
    `${nameOf(place)} is a member to be frozen`,
    async () => !rig.isDown(place) && (await isMember(rig, place)) && rig.processOf(place),
    { deadlineMs: 20_000 },
  )
  const frozenAt = performance.now()
  await rig.fleet.kill(place.service, place.instance, 'SIGSTOP')
  try {
    const isOver = (): boolean => performance.now() - frozenAt > SESSION_MS
    await waitFor('the group does without it', async () => isOver() && !(await isMember(rig, place)), {
      deadlineMs: 10_000,
      everyMs: 100,
    })
    return (await stateByPs(pid)) === 'T' ? Math.round(performance.now() - frozenAt) : null
  } finally {
    await rig.fleet.kill(place.service, place.instance, 'SIGCONT')
  }
}

/**
 * Stops a process's time for longer than its session: the group gives its partitions away, and it wakes up as a zombie that believes to own them.
 * Landed when the group was seen without it while it still stood. Where others crash processes too, it takes the next life when one is lost.
 */
export const freeze = (rig: Rig, place: Place): Promise<boolean> =>
  inflict(rig, 'freeze', { place: nameOf(place) }, async () => {
    for (let i = 0; i < FREEZES; i++) {
      const ms = await freezeOnce(rig, place)
      if (ms !== null) return { ms, sessionMs: SESSION_MS }
    }
    throw new Error(`it never stood still for long enough in ${FREEZES} tries`)
  })

/** An instance that comes and goes, `times` times, each as soon as the change before it has reached the group. */
export const rebalanceStorm = (rig: Rig, place: Place, times: number): Promise<boolean> =>
  inflict(rig, 'storm', { place: nameOf(place), times }, async () => {
    for (let i = 0; i < times; i++) {
      await rig.fleet.kill(place.service, place.instance, 'SIGTERM')
      await waitFor('the group has it no longer', async () => !(await isMember(rig, place)), {
        deadlineMs: 10_000,
        everyMs: 100,
      })
      await rig.fleet.restart(place.service, place.instance)
      await waitFor('the group has it again', () => isMember(rig, place), { deadlineMs: 20_000, everyMs: 100 })
    }
    return { changes: 2 * times }
  })
