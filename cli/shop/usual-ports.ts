/** The four core services and the ports where they are expected. */
export const CORE_PORTS = { order: 5000, payment: 5001, inventory: 5002, notification: 5003 } as const
/** All nine, and theirs. */
export const SHOP_PORTS = {
  ...CORE_PORTS,
  ...{ shipping: 5004, identity: 5005, analytics: 5006, recommendation: 5007, gateway: 8080 },
} as const

/** The address of a service of the same shop. */
export type UrlOf = (service: string) => string
