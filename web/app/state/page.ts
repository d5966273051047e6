import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Stage } from '../map/stage.ts'
import type { Actions } from './actions.ts'
import type { PageState, PageStore } from './page-state.ts'
import type { Source } from './source.ts'
import type { World } from './world.ts'

export interface Page {
  readonly store: PageStore
  readonly actions: Actions
  readonly stage: Stage
  readonly source: () => Source
  /** Opens a recording file, or says why it cannot. */
  readonly openFile: (file: File) => Promise<void>
}

export const PageContext = createContext<Page | null>(null)

export function usePage(): Page {
  const page = useContext(PageContext)
  if (!page) throw new Error('usePage needs a PageContext around it')
  return page
}

export const usePageState = <T>(select: (state: PageState) => T): T => useStore(usePage().store, select)

/** A part of the world at the moment shown; `otherwise` while there is none yet. */
export const useWorld = <T>(select: (world: World) => T, otherwise: T): T =>
  usePageState(({ world }) => (world ? select(world) : otherwise))

/** May this page break things? A viewer's page, and one that shows a recording, may not. */
export const useControl = (): boolean => usePageState(({ me, recording }) => me?.role === 'presenter' && !recording)
