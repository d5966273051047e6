import { defineCommand, number } from '../command.ts'
import { dashboardOptions, dashboardWish } from '../shop/dashboard/options.ts'
import { stockOption } from '../shop/sample-options.ts'
import { runMyShop } from '../student/run.ts'
import { workspaceAt, workspaceOption } from '../student/workspace.ts'

export const command = defineCommand({
  about:
    'Runs your shop: builds it, if lab.json says how, starts all its services on ports 5000 to 5003 and shows what they print, side by side, and their events in the dashboard, which it opens in the browser. Enter places an order, Ctrl-C stops everything. Starts Kafka if it does not run.',
  options: {
    workspace: workspaceOption,
    orders: number('--orders <count>', 'placed at the start', { fallback: 0, max: 1_000 }),
    failRate: number('--fail-rate <share>', 'PAYMENT_FAIL_RATE for payment: share of payments declined, 0 to 1', {
      fallback: 0,
      max: 1,
      fraction: true,
    }),
    stock: stockOption('STOCK for inventory: units by product, such as 201=100,202=5'),
    ...dashboardOptions,
  },
  examples: [
    ['run', 'my-shop, until Ctrl-C'],
    ['run --orders 3 --fail-rate 0.5', 'and see some payments declined'],
    ['run --json', 'one JSON object a line: ready, dashboard, line, order, end, stopped'],
  ],
  run: (ctx, { options: { workspace, orders, failRate, stock, ...shown } }) =>
    runMyShop(ctx, {
      workspace: workspaceAt(ctx, workspace),
      orders,
      failRate,
      dashboard: dashboardWish(shown),
      stock: stock === undefined ? undefined : JSON.stringify(stock),
    }),
})
