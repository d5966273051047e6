import { useMemo } from 'react'
import type { Topology } from '../../hub/protocol.ts'
import { useWorld } from '../state/page.ts'
import type { World } from '../state/world.ts'
import type { Scene } from './scene.ts'
import { scenesFor } from './scenes.ts'

const namesOf = ({ services }: Topology): string[] => services.map(({ name }) => name)

/** The lessons of the shop that is shown. */
export function useScenes(): readonly Scene[] {
  const names = useWorld(({ topology }) => namesOf(topology).join(), '')
  const can = useWorld(({ topology }) => topology.can, undefined)
  return useMemo(() => scenesFor(names.split(','), can), [names, can])
}

export const scenesOf = (world: World | null): readonly Scene[] =>
  scenesFor(world ? namesOf(world.topology) : [], world?.topology.can)
