/** The figures and names of the lab contract, version 1. Everything that a check compares with comes from here. */

export const CONTRACT = 1

export const SERVICES = ['order', 'payment', 'inventory', 'notification'] as const
export type Service = (typeof SERVICES)[number]

export const COMMANDS = ['topics', 'create-event', 'publish', 'test'] as const
export type Command = (typeof COMMANDS)[number]

/** The seven core topics; part A asks for the first six. */
export const TOPICS = [
  'order-created',
  'payment-success',
  'payment-failed',
  'stock-reserved',
  'stock-failed',
  'order-cancelled',
  'payment-refunded',
] as const
export type Topic = (typeof TOPICS)[number]
export const SIX_TOPICS = TOPICS.slice(0, 6)

export const PARTITIONS = 3

/** Groups whose names the contract fixes. The order service's group is its own business. */
export const GROUPS = { payment: 'payment-group', inventory: 'inventory-group', notification: 'notification-group' }

export const PARTS = {
  'a-kafka': 14,
  'b-services': 6,
  'c-events': 6,
  'd-producer': 8,
  'e-order': 6,
  'f-payment': 20,
  'g-inventory-notification': 20,
  'h-saga': 10,
  'i-testing': 10,
} as const
export type Part = keyof typeof PARTS

/** Parts behind the course. They are checked only when they are named; their marks are their own and no part of the 100. */
export const ADVANCED = { 'q-topic-design': 40 } as const
export type AdvancedPart = keyof typeof ADVANCED
export type AnyPart = Part | AdvancedPart

/** The marks of every part. */
export const MARKS: Readonly<Record<AnyPart, number>> = { ...PARTS, ...ADVANCED }
export const isCore = (part: AnyPart): part is Part => part in PARTS

/** Milliseconds that the contract allows. */
export const LIMITS = {
  build: 300_000,
  start: 15_000,
  stop: 5_000,
  badOrder: 2_000,
  topicsWithoutBroker: 15_000,
  publishWithoutBroker: 30_000,
  publishMany: 20_000,
  takeOver: 60_000,
  testRun: 180_000,
}

/** Words that the contract expects on a line, in any letter case and whatever stands between them on the line. */
export const WORDS = {
  orderCreated: /order\s+created/i,
  paymentProcessing: /payment\s+processing/i,
  paymentDone: /payment\s+done/i,
  emailSent: /email\s+sent/i,
}
