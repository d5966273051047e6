import { readFileSync } from 'node:fs'
import { type CrashPoint, crashPoints } from '../../../kit/service/faults.ts'
import { inflict, type Proof } from './nemesis.ts'
import { nameOf, type Place, type Rig } from './rig.ts'
import { waitFor } from './wait.ts'

/** A broker that comes back on a busy machine takes a while, and meanwhile nobody passes most of the points. */
const LANDING_MS = 90_000
const MOST_PASSES = 3

interface CrashLine {
  readonly point: string
  readonly pid: number
}

const crashLines = (file: string): CrashLine[] => {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CrashLine)
  } catch {
    return []
  }
}

/** The process says in the log that it is at the point, and then it is gone by SIGKILL: both must be seen. */
const proofOf = async (rig: Rig, place: Place, point: CrashPoint): Promise<Proof> => {
  const { pid } = rig.processOf(place)
  const exit = await waitFor(
    `${nameOf(place)} dies at ${point}`,
    () => rig.fleet.exits.find((one) => one.pid === pid),
    { deadlineMs: LANDING_MS },
  )
  const isLogged = crashLines(rig.crashLog).some((line) => line.pid === pid && line.point === point)
  if (exit.signal !== 'SIGKILL' || !isLogged) {
    throw new Error(`${nameOf(place)} ended by ${exit.signal ?? `code ${exit.code}`} without passing ${point}`)
  }
  return { pid }
}

/** Starts the process again with a crash armed, as often as there are points, and without one at the end: the others' crashes need its events. */
export const crashAtPoints = async (rig: Rig, place: Place, points: readonly CrashPoint[]): Promise<void> => {
  for (const point of points) {
    const nth = rig.random.between(1, MOST_PASSES)
    await inflict(rig, 'crash', { place: nameOf(place), service: place.service, point, nth }, async () => {
      await rig.fleet.restart(place.service, place.instance, { CRASH_AT: `${point}#${nth}` })
      return proofOf(rig, place, point)
    })
  }
  await rig.fleet.restart(place.service, place.instance)
}

/** All twelve points at every process, or so many of them, side by side. */
export const crashEverywhere = async (rig: Rig, { points = 12 }: { points?: number } = {}): Promise<void> => {
  const plans = rig.places.map((place) => ({ place, chosen: rig.random.shuffle(crashPoints).slice(0, points) }))
  await Promise.all(plans.map(({ place, chosen }) => crashAtPoints(rig, place, chosen)))
}
