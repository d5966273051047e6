import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Launch } from '../../check/launch.ts'
import { openControl } from './control.ts'
import type { Den } from './den.ts'
import { openDoor } from './door.ts'
import { INSIDE } from './mounts.ts'
import type { Orders } from './orders.ts'
import { SMALL_NODE } from './small-node.ts'
import type { Way } from './way.ts'

const SUPERVISOR = path.join(import.meta.dirname, 'inside.mjs')

/**
 * Behind a supervisor of ours, which speaks to the outside through sockets in a folder: for a container, whose network nobody enters and whose processes are
 * not ours to signal.
 */
export async function supervised(
  { words, calls }: Pick<Launch, 'words' | 'calls'>,
  { den, id, brokers, uid }: { den: Den; id: number; brokers: Orders['doors']; uid: number | undefined },
): Promise<Way> {
  const room = await den.room(path.join('runs', String(id)))
  const [control, ...doors] = await Promise.all([
    openControl({ socket: path.join(room, 'control.sock'), uid }),
    ...calls.map((port) => openDoor({ socket: path.join(room, `call-${port}.sock`), port, uid })),
  ])
  const orders: Orders = {
    words,
    doors: [...brokers, ...calls.map((port) => ({ port, socket: `${INSIDE.run}/call-${port}.sock` }))],
    control: `${INSIDE.run}/control.sock`,
  }
  return {
    enter: [],
    words: [INSIDE.node, ...SMALL_NODE, INSIDE.supervisor, JSON.stringify(orders)],
    mounts: [
      { from: room, to: INSIDE.run },
      { from: SUPERVISOR, to: INSIDE.supervisor },
      { from: path.join(den.folder, 'kafka'), to: INSIDE.kafka },
    ],
    control: () => control,
    close: async () => {
      control.close()
      for (const door of doors) door.close()
      await rm(room, { recursive: true, force: true })
    },
  }
}
