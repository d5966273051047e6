import type { Route } from '../../../kit/service/http/route.ts'
import type { Parts } from '../../../kit/service/parts.ts'
import type { Background } from '../../../kit/service/spec.ts'
import type { OrderSettings } from '../settings.ts'
import type { Orders } from '../storage.ts'
import type { OrderTables } from '../tables.ts'
import { createSagaRoutes } from './api.ts'
import { createSagaUseCases } from './application.ts'
import { type Conductor, createConductor } from './conductor.ts'
import { startDeadlines } from './deadlines.ts'
import { createSagas, type Sagas } from './storage.ts'

export interface Orchestration {
  readonly sagas: Sagas
  readonly conductor: Conductor
  readonly routes: readonly Route[]
  background(): Background
}

const longestRoundMs = 1_000

/** The orchestrated saga, put together; to be left out in the core shop, which has none. */
export const orchestrate = (
  parts: Parts<OrderTables>,
  orders: Orders,
  { SAGA, SAGA_DEADLINE_MS: deadlineMs, SAGA_TRIES: tries }: OrderSettings,
): Orchestration => {
  const patience = { deadlineMs, tries }
  const sagas = createSagas(parts.store.db, patience)
  const useCases = createSagaUseCases(parts, orders, sagas, patience)
  return {
    sagas,
    conductor: createConductor(sagas, useCases, SAGA === 'orchestration'),
    routes: createSagaRoutes(useCases),
    background: () => startDeadlines(useCases, Math.min(longestRoundMs, deadlineMs / 4), parts.log),
  }
}
