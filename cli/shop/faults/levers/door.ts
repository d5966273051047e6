import { setTimeout as pause } from 'node:timers/promises'
import type { SwitchState } from '../../../../kit/service/switches/switchboard.ts'
import { LabError } from '../../../command.ts'
import type { Member } from '../breakable-shop.ts'

/** How a service answers about its failure toggles. */
export interface DoorState {
  readonly pid: number
  readonly faults: readonly SwitchState[]
}

/** Works the toggles inside one service. Every method throws LabError when it does not answer or refuses. */
export interface Door {
  state(): Promise<DoorState>
  set(id: string, settings: object, forMs: number | undefined): Promise<SwitchState>
  mend(id: string): Promise<SwitchState>
}

const PATIENCE_MS = 3_000

export const doorOf = ({ name, url }: Pick<Member, 'name' | 'url'>, token: string): Door => {
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${url}/faults${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      throw new LabError('not-confirmed', `${name} does not answer: ${reason(error)}.`, `'lab logs ${name}' says more.`)
    })
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) return answer as T
    const { detail } = (answer ?? {}) as { detail?: string }
    throw new LabError('refused', `${name} refuses the toggle: ${detail ?? `status ${response.status}`}`, '')
  }
  return {
    state: () => ask('GET', ''),
    set: (id, settings, forMs) => ask('PUT', `/${id}`, { settings, ...(forMs === undefined ? {} : { forMs }) }),
    mend: (id) => ask('DELETE', `/${id}`),
  }
}

const reason = ({ name, message, cause }: Error): string =>
  name === 'TimeoutError'
    ? `nothing came within ${PATIENCE_MS / 1_000} s`
    : cause instanceof Error
      ? cause.message
      : message

/** How long a process may be deaf while it is mended. */
const UNHEARD_MS = 10_000
const AGAIN_MS = 200

/** Mends a switch of a process that may just start, and cannot be told yet, or be on its way out: then it takes its switch along. */
export async function mendHeard(door: Pick<Door, 'mend'>, id: string, lives: () => boolean): Promise<void> {
  for (const end = performance.now() + UNHEARD_MS; ; await pause(AGAIN_MS)) {
    try {
      await door.mend(id)
      return
    } catch (error) {
      if (!lives()) return
      if (performance.now() > end) throw error
    }
  }
}
