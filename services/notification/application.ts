import type { Store } from '../../kit/store/store.ts'
import { findNotifications, type NotificationTables } from './storage.ts'

export const createUseCases = ({ db }: Pick<Store<NotificationTables>, 'db'>) => ({
  find: (filter: { orderId: string | undefined; limit: number }) => findNotifications(db, filter.orderId, filter.limit),
})

export type UseCases = ReturnType<typeof createUseCases>
