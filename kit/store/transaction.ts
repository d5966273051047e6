import { type ConnectionProvider, type DatabaseConnection, type Kysely, type KyselyConfig, Transaction } from 'kysely'
import { whileBusy } from './backoff.ts'
import type { Engine } from './engine.ts'
import { StoreFault } from './store.ts'

/** A rival of the same rows (or a deadlock) is met with the whole transaction once more. */
const PATIENCE = { deadlineMs: 5_000, firstMs: 4, maxMs: 100 }

/**
 * Gives out the transaction's connection while the transaction is open. Kysely's own provider would let a query that was started but not awaited run after the
 * end, outside of any transaction; here it is refused.
 */
class OpenTransaction implements ConnectionProvider {
  readonly #connection: DatabaseConnection
  #isOpen = true

  constructor(connection: DatabaseConnection) {
    this.#connection = connection
  }

  provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    if (this.#isOpen) return consumer(this.#connection)
    return Promise.reject(new StoreFault('other', 'this transaction has ended: await every statement inside it'))
  }

  end(): void {
    this.#isOpen = false
  }
}

export type Transact<DB> = <T>(work: (tx: Transaction<DB>) => Promise<T>) => Promise<T>

/** See `Store.transaction`. */
export function transactions<DB>(engine: Engine, db: Kysely<DB>): Transact<DB> {
  const { driver, dialect } = engine
  const executor = db.getExecutor()
  const config: KyselyConfig = { dialect }

  async function once<T>(connection: DatabaseConnection, work: (tx: Transaction<DB>) => Promise<T>): Promise<T> {
    await driver.beginTransaction(connection, { isolationLevel: 'read committed' })
    const open = new OpenTransaction(connection)
    try {
      const tx = new Transaction<DB>({ config, driver, dialect, executor: executor.withConnectionProvider(open) })
      const result = await work(tx)
      open.end()
      await driver.commitTransaction(connection)
      return result
    } catch (error) {
      open.end()
      // The first error is the one to tell; a connection that cannot even roll back is thrown away by its engine.
      await driver.rollbackTransaction(connection).catch(() => {})
      throw error
    }
  }

  return (work) => whileBusy(() => executor.provideConnection((connection) => once(connection, work)), PATIENCE)
}
