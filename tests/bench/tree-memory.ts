import { readdir, readFile } from 'node:fs/promises'
import { statFields } from '../../cli/broker/process.ts'

/** Megabytes of a process and all that came out of it; memory that processes share is counted once, in parts. Linux. */
export async function treeMemory(root: number): Promise<number> {
  const parents = new Map<number, number>()
  for (const id of await readdir('/proc')) {
    if (!/^\d+$/.test(id)) continue
    const parent = Number(statFields(await readFile(`/proc/${id}/stat`, 'utf8').catch(() => ''))[1])
    if (parent > 0) parents.set(Number(id), parent)
  }
  const isOurs = (id: number | undefined): boolean =>
    id === root || (id !== undefined && id > 1 && isOurs(parents.get(id)))
  const sizes = [...parents.keys()].filter(isOurs).map(async (id) => {
    const rollup = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '')
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  })
  return Math.round((await Promise.all(sizes)).reduce((sum, kb) => sum + kb, 0) / 1024)
}
