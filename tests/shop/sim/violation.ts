export interface Violation {
  /** Null where it is about a product or a process and not about one order. */
  readonly orderId: string | null
  readonly what: string
}
