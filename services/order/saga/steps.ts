import type { DataOf } from '../../contracts/catalogue.ts'

export type Step = 'reserve' | 'charge' | 'ship'
export type Undo = Exclude<DataOf<CommandTopic>['command'], Step>
export type Command = Step | Undo
export type CommandTopic = 'inventory.saga.command' | 'payment.saga.command' | 'shipping.saga.command'
export type ReplyTopic = 'inventory.saga.reply' | 'payment.saga.reply' | 'shipping.saga.reply'

/** How far an order gets: forward, then back where something is refused. OrderCompleted and OrderCancelled are ends: neither is ever left. */
export const sagaStates = [
  'OrderCreated',
  'InventoryReserved',
  'PaymentProcessed',
  'ShippingCreated',
  'OrderCompleted',
  'ShipmentCalledBack',
  'PaymentRefunded',
  'InventoryReleased',
  'OrderCancelled',
] as const
export type SagaState = (typeof sagaStates)[number]

interface Forward {
  readonly topic: CommandTopic
  readonly undo: Undo
  readonly reaches: SagaState
  /** null: the order is complete. */
  readonly next: Step | null
}

/** The whole saga in one table: cheap and easily undone first, what leaves the house last. */
export const steps: Readonly<Record<Step, Forward>> = {
  reserve: { topic: 'inventory.saga.command', undo: 'release', reaches: 'InventoryReserved', next: 'charge' },
  charge: { topic: 'payment.saga.command', undo: 'refund', reaches: 'PaymentProcessed', next: 'ship' },
  ship: { topic: 'shipping.saga.command', undo: 'unship', reaches: 'ShippingCreated', next: null },
}

export const undos: Readonly<Record<Undo, { readonly topic: CommandTopic; readonly reaches: SagaState }>> = {
  release: { topic: 'inventory.saga.command', reaches: 'InventoryReleased' },
  refund: { topic: 'payment.saga.command', reaches: 'PaymentRefunded' },
  unship: { topic: 'shipping.saga.command', reaches: 'ShipmentCalledBack' },
}

export const isStep = (command: Command): command is Step => command in steps
export const topicOf = (command: Command): CommandTopic =>
  isStep(command) ? steps[command].topic : undos[command].topic
export const participantOf = (command: Command): string => topicOf(command).split('.')[0]!
