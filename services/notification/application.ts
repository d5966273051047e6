import type { Store } from '../../kit/store/store.ts'
import { findNotifications, type NotificationFilter, type NotificationTables } from './storage.ts'

export const createUseCases = ({ db }: Pick<Store<NotificationTables>, 'db'>) => ({
  find: (filter: NotificationFilter) => findNotifications(db, filter),
})

export type UseCases = ReturnType<typeof createUseCases>
