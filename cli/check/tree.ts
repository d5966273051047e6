import { readdirSync, readFileSync } from 'node:fs'
import { statFields } from '../broker/process.ts'

/**
 * A student's process and whatever it started. All of it shares a process group; what left the group (`setsid`) is still known
 * by a mark in its environment, where the system shows that (Linux).
 */
export const RUN_MARK = 'SAGA_LAB_RUN'

/** Sends a signal to the whole group and to those that left it. A group that is gone is no error. */
export function signalTree(pid: number, mark: string, signal: NodeJS.Signals): void {
  send(-pid, signal)
  for (const escaped of marked(mark)) send(escaped, signal)
}

export function groupAlive(pid: number): boolean {
  return send(-pid, 0)
}

/** Returns whether there was such a process, or group where `pid` is negative. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** Processes that carry this mark. Every child of the kit has one of its own. Empty where there is no /proc. */
function marked(mark: string): number[] {
  const wanted = `${RUN_MARK}=${mark}`
  return numbered().filter((pid) => pid !== process.pid && read(`/proc/${pid}/environ`).split('\0').includes(wanted))
}

/** Resident memory in bytes of each process group that was asked for; nothing where there is no /proc. */
export function memoryOfGroups(groups: ReadonlySet<number>): Map<number, number> {
  const sums = new Map<number, number>()
  for (const { group, memory } of processes()) {
    if (groups.has(group)) sums.set(group, (sums.get(group) ?? 0) + memory)
  }
  return sums
}

export interface ProcessUse {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly threads: number
  /** Resident bytes. */
  readonly memory: number
}

/** Every process of this machine; none where there is no /proc. */
export function processes(): ProcessUse[] {
  return numbered().flatMap((pid) => {
    const stat = read(`/proc/${pid}/stat`)
    if (stat === '') return []
    const fields = statFields(stat)
    const field = (index: number) => Number(fields[index])
    return [{ pid, parent: field(1), group: field(2), threads: field(17), memory: field(21) * 4096 }]
  })
}

function numbered(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
