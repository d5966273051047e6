import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { BreakableShop, Place } from '../breakable-shop.ts'
import type { Toggle } from '../toggle.ts'
import { type Lever, memberAt, requireRunning, seen } from './lever.ts'

const run = promisify(execFile)

/** Does a process stand still, with all that it started? `T` is one that was stopped, the same on Linux and macOS. */
export const isStopped = async (group: number): Promise<boolean> => {
  const { stdout } = await run('ps', ['-axo', 'pgid=,stat='], { maxBuffer: 16 << 20 })
  const states = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pgid]) => Number(pgid) === group)
    .map(([, state = '']) => state)
    .filter((state) => !state.startsWith('Z'))
  return states.length > 0 && states.every((state) => state.startsWith('T'))
}

type ProcessToggle = Pick<Toggle, 'id'>

/** `kill` and `pause`: a process that is not there, and is started when the toggle is mended. */
export const downLever = ({ id }: ProcessToggle, shop: BreakableShop): Lever => {
  let down: Place | null = null
  return {
    unavailable: () => undefined,
    targetOf: ({ service }) => String(service),
    inject: async (settings) => {
      const member = requireRunning(memberAt(shop, settings))
      down = { name: member.name, instance: member.instance }
      await shop.end(down, id === 'kill' ? 'SIGKILL' : 'SIGTERM')
      await seen(`${member.name} is gone`, () => !memberAt(shop, settings).isRunning)
      return 1
    },
    mend: async () => {
      // It stays down until it is back: mending may be tried again.
      if (down !== null) await shop.start(down)
      down = null
    },
    // Somebody else started it again.
    look: async () => {
      if (down === null) return { injected: 1, isOver: true }
      return { injected: 1, isOver: memberAt(shop, { service: down.name, instance: down.instance }).isRunning }
    },
  }
}

/** `freeze`: the process is there and does nothing. */
export const freezeLever = (shop: BreakableShop): Lever => {
  let frozen: (Place & { readonly pid: number }) | null = null
  return {
    unavailable: () => undefined,
    targetOf: ({ service }) => String(service),
    inject: async (settings) => {
      const member = requireRunning(memberAt(shop, settings))
      frozen = member
      await shop.signal(member, 'SIGSTOP')
      await seen(`${member.name} stands still`, () => isStopped(member.pid))
      return 1
    },
    mend: async () => {
      if (frozen === null) return
      const { pid, name } = frozen
      await shop.signal(frozen, 'SIGCONT')
      frozen = null
      await seen(`${name} goes on`, async () => !(await isStopped(pid)))
    },
    look: async () => {
      if (frozen === null) return { injected: 1, isOver: true }
      const { isRunning, pid } = memberAt(shop, { service: frozen.name, instance: frozen.instance })
      return { injected: 1, isOver: !isRunning || pid !== frozen.pid }
    },
  }
}
