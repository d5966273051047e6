import type { Launch } from '../../check/launch.ts'
import type { Control } from './control.ts'
import type { Gate } from './gate.ts'
import { type Gates, lead } from './gates.ts'
import { inmatesOf, programOf } from './inmates.ts'
import { hasStarted, type Running } from './running.ts'
import { refused } from './trouble.ts'
import type { Way } from './way.ts'

/** In a network that is the program's alone for as long as it runs, and whose gate is ours. The program is signalled from outside. */
export async function gated({ words, calls }: Pick<Launch, 'words' | 'calls'>, gates: Gates): Promise<Way> {
  const gate = await gates.take()
  const doors = await Promise.all(calls.map((port) => lead(gate, port))).catch((error) => {
    gates.discard(gate)
    throw error
  })
  let isOver = false
  return {
    enter: gate.enter,
    words,
    mounts: [],
    control: (running) => controlOf(running, gate, () => isOver),
    close: async (isEmpty) => {
      isOver = true
      for (const door of doors) door.close()
      if (isEmpty) gates.giveBack(gate)
      else gates.discard(gate)
    },
  }
}

function controlOf(running: Running, gate: Gate, isOver: () => boolean): Control {
  let first: number | undefined
  void running.first.then((process) => {
    first = process?.pid
  })
  let isGone = false
  void running.exit.then(() => {
    isGone = true
  })
  return {
    started: hasStarted(running),
    tell: (act) => {
      if (first === undefined || isGone) return
      if (act === 'terminate') send(programOf(first), 'SIGTERM')
      else signalAll(first, act === 'freeze' ? 'SIGSTOP' : 'SIGCONT')
    },
    // Its network may be another's by now.
    dial: (port) => (isOver() ? Promise.reject(refused('ECONNREFUSED', port)) : gate.dial(port)),
    close: () => {},
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

function send(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(pid, signal)
  } catch {
    // It has just ended.
  }
}
