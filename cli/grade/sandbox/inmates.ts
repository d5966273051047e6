import { readFileSync } from 'node:fs'
import { type ProcessUse, processes } from '../../check/tree.ts'

/** A process and all that came out of it: what loses its parent in a pid namespace gets the namespace's first process for one. */
export function below(top: number, all: readonly ProcessUse[]): ProcessUse[] {
  const found = new Set([top])
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  }
  return all.filter(({ pid }) => found.has(pid))
}

/** Everything in the pid namespace that has this first process, but that one itself, which is bubblewrap's. */
export function inmatesOf(first: number): number[] {
  return below(first, processes())
    .map(({ pid }) => pid)
    .filter((pid) => pid !== first)
}

/** The oldest child of the namespace's first process: the program itself, which cannot outlive its box. */
export function programOf(first: number): number | undefined {
  try {
    return (
      Number(/^\d+/.exec(readFileSync(`/proc/${first}/task/${first}/children`, 'utf8'))?.[0] ?? Number.NaN) || undefined
    )
  } catch {
    // A kernel without such lists, or nobody is there.
    const children = processes().filter(({ parent }) => parent === first)
    return children.length === 0 ? undefined : Math.min(...children.map(({ pid }) => pid))
  }
}
