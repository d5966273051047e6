import type { Launch } from '../../check/launch.ts'
import { send } from '../../check/tree.ts'
import type { Control } from './control.ts'
import type { Gate } from './gate.ts'
import { type Gates, lead } from './gates.ts'
import { inmatesOf, programOf } from './inmates.ts'
import { hasEnded, hasStarted, type Running } from './running.ts'
import { refused } from './trouble.ts'
import type { Way } from './way.ts'

/** In a network that is the program's alone for as long as it runs, and whose gate is ours. The program is signalled from outside. */
export async function gated({ words, calls }: Pick<Launch, 'words' | 'calls'>, gates: Gates): Promise<Way> {
  const gate = await gates.take()
  const doors = await Promise.all(calls.map((port) => lead(gate, port))).catch((error) => {
    gates.discard(gate)
    throw error
  })
  return {
    enter: gate.enter,
    words,
    mounts: [],
    control: (running) => controlOf(running, gate),
    close: async (isEmpty) => {
      for (const door of doors) door.close()
      if (isEmpty) gates.giveBack(gate)
      else gates.discard(gate)
    },
  }
}

function controlOf(running: Running, gate: Gate): Control {
  let first: number | undefined
  void running.first.then((process) => {
    first = process?.pid
  })
  return {
    started: hasStarted(running),
    tell: (act) => {
      if (first === undefined || hasEnded(running)) return
      if (act !== 'terminate') return signalAll(first, act === 'freeze' ? 'SIGSTOP' : 'SIGCONT')
      const program = programOf(first)
      if (program !== undefined) send(program, 'SIGTERM')
    },
    // Its network may be another's by now.
    dial: (port) => (hasEnded(running) ? Promise.reject(refused('ECONNREFUSED', port)) : gate.dial(port)),
  }
}

/** Looks again for what was started meanwhile. */
function signalAll(first: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const done = new Set<number>()
  for (let round = 0; round < 5; round++) {
    const fresh = inmatesOf(first).filter((pid) => !done.has(pid))
    if (fresh.length === 0) return
    for (const pid of fresh) {
      done.add(pid)
      send(pid, signal)
    }
  }
}
