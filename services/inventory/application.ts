import type { Transaction } from 'kysely'
import type { Parts } from '../../kit/service/parts.ts'
import { encodeEvent } from '../contracts/codec.ts'
import { newStock, type Stock, setAvailable } from './domain.ts'
import { type InventoryTables, listStock, loadStock, replaceStock, saveStock } from './storage.ts'

export interface SetStock {
  readonly productId: string
  readonly available: number
  readonly threshold: number | undefined
}

/** The ways into the inventory beside its events. `threshold`: what a product gets that names none. */
export const createUseCases = (
  parts: Pick<Parts<InventoryTables>, 'store' | 'ledger' | 'relay' | 'owner' | 'now' | 'faults'>,
  threshold: number,
) => {
  const { store, ledger, relay, owner, now, faults } = parts

  const change = async (tx: Transaction<InventoryTables>, wish: SetStock) => {
    faults.passing('tx.begin')
    const at = now()
    const before = (await loadStock(tx, [wish.productId])).get(wish.productId) ?? newStock(wish.productId, 0, threshold)
    const { state, emit } = setAvailable(before, wish.available, wish.threshold ?? before.threshold)
    await saveStock(tx, [state])
    const outbox = await ledger.enqueue(
      tx,
      owner,
      emit.map((event) => encodeEvent(event, 'inventory', null, at)),
      at,
    )
    faults.passing('tx.before-commit')
    return { state, outbox }
  }

  return {
    list: (): Promise<Stock[]> => listStock(store.db),

    set: async (wish: SetStock): Promise<Stock> => {
      const { state, outbox } = await store.transaction((tx) => change(tx, wish))
      faults.passing('tx.after-commit/before-ack')
      relay.offer(outbox)
      return state
    },

    /** `always`: the shelf is what `stock` says, at each start. `once`: only products that were never seen are added, so that a restart sells nothing twice. */
    load: (stock: Readonly<Record<string, number>>, mode: 'always' | 'once'): Promise<void> =>
      store.transaction(async (tx) => {
        const wanted = Object.entries(stock).map(([productId, available]) => newStock(productId, available, threshold))
        const known = await loadStock(tx, Object.keys(stock))
        if (mode === 'once')
          return saveStock(
            tx,
            wanted.filter(({ productId }) => !known.has(productId)),
          )
        const crossings = (productId: string): number => known.get(productId)?.crossings ?? 0
        return replaceStock(
          tx,
          wanted.map((item) => ({ ...item, crossings: crossings(item.productId) })),
        )
      }),
  }
}

export type UseCases = ReturnType<typeof createUseCases>
