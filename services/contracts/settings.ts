import { z } from 'zod'
import { baseSettings } from '../../kit/service/settings.ts'

/** What every service of the shop reads from its environment. */
export const shopSettings = (defaults: { readonly port: number }) =>
  baseSettings(defaults).extend({
    /** `core`: the four services of the course. `whole`: all nine; then an order is confirmed when it is shipped. */
    SHOP: z.enum(['core', 'whole']).default('core'),
  })
