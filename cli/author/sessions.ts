/** What the handouts show under "run and see": each is played on the answers up to its part. */
import type { Stage } from './stage.ts'

export type Session = (stage: Stage) => Promise<string>

const body = '{"productId":201,"quantity":2,"amount":1500}'
const post = (data: string): string => `curl -s -X POST http://localhost:5000/api/orders -d '${data}'`
const publish = 'node shared/publish.ts < samples/messages.txt'

async function startAll(stage: Stage, env: Readonly<Record<string, string>> = {}): Promise<void> {
  await stage.start('notification', /notification-group reads/, env)
  await stage.start('inventory', /inventory-group reads/, env)
  await stage.start('payment', /payment-group reads/, env)
  await stage.start('order', /listens on/, env)
}

/** The four terminals, one below the other. */
const terminals = (stage: Stage, prefix = ''): string =>
  (['order', 'payment', 'inventory', 'notification'] as const)
    .map((name) => stage.said(name, `${name === 'payment' || name === 'inventory' ? prefix : ''}node ${name}/main.ts`))
    .join('\n\n')

export const sessions: Readonly<Record<string, Session>> = {
  'a.topics': async (stage) =>
    `${await stage.type('node kafka/topics.ts')}\n\n${await stage.type('node kafka/topics.ts')}`,
  'a.no-broker': (stage) => stage.type('KAFKA_BROKERS=127.0.0.1:9 node kafka/topics.ts; echo "exit code $?"'),
  'b.health': async (stage) => {
    await stage.start('order', /listens on/)
    const asked = [
      await stage.type('curl -s http://localhost:5000/health'),
      await stage.type('curl -s http://localhost:5000/docs'),
    ]
    const code = await stage.stop('order')
    return [
      stage.said('order'),
      ...asked,
      `(Ctrl-C in the first terminal: the service ends with exit code ${code})`,
    ].join('\n\n')
  },
  'c.events': (stage) => stage.type('head -1 samples/orders.txt | node shared/create-event.ts'),
  'c.invalid': (stage) => stage.type('node shared/create-event.ts < samples/orders.txt; echo "exit code $?"'),
  'd.publish': (stage) => stage.type(publish),
  'd.partitions': async (stage) => {
    const order = '{ orderId: "o-" + i, productId: 201, quantity: 1, amount: 10 }'
    const lines = `for (let i = 0; i < 300; i++) console.log(JSON.stringify({ topic: "order-created", event: { data: ${order} } }))`
    const sent = await stage.type(`node -e '${lines}' | node shared/publish.ts`)
    return `${sent}\n\n${await stage.type('lab topics order-created')}`
  },
  'd.no-broker': (stage) => stage.type(`KAFKA_BROKERS=127.0.0.1:9 ${publish}; echo "exit code $?"`),
  'e.order': async (stage) => {
    await stage.start('order', /listens on/)
    const answers = [
      await stage.type(post(body)),
      await stage.type(post('{"productId":201,"quantity":0,"amount":1500}')),
    ]
    return [...answers, stage.said('order')].join('\n\n')
  },
  'e.too-large': async (stage) => {
    await stage.start('order', /listens on/)
    const large = `node -p '"x".repeat(2_000_000)'`
    const json = "-H 'content-type: application/json' --data-binary @-"
    return stage.type(`${large} | curl -s -w ' (status %{http_code})' http://localhost:5000/api/orders ${json}`)
  },
  'f.payment': async (stage) => {
    const published = await stage.type(publish)
    await stage.start('payment', /payment-group reads/)
    await stage.until('payment', /Payment Done o-1/)
    await stage.until('payment', /Payment Done o-2/)
    return `${published}\n\n${stage.said('payment').split('\n').toSorted(byOrder).join('\n')}`
  },
  'g.flow': async (stage) => {
    await startAll(stage)
    const answer = await stage.type(post(body))
    await stage.until('payment', /Payment Done/)
    await stage.until('inventory', /Stock Reserved/)
    await stage.until('notification', /Email Sent/)
    return `${answer}\n\n${terminals(stage)}`
  },
  'g.out-of-stock': async (stage) => {
    await startAll(stage, { STOCK: '{"201":1}' })
    const answer = await stage.type(post(body))
    await stage.until('inventory', /Stock Failed/)
    return `${answer}\n\n${stage.said('inventory', `STOCK='{"201":1}' node inventory/main.ts`)}`
  },
  'g.sixty-units': async (stage) => {
    await startAll(stage, { STOCK: '{"201":60}' })
    const one = post('{"productId":201,"quantity":1,"amount":10}')
    const posted = await stage.type(`for i in $(seq 100); do ${one} > answer.json; done`)
    await stage.until('inventory', /Stock (Reserved|Failed)/, 100)
    await stage.until('notification', /Email Sent/, 60)
    const counts = [
      await stage.type("grep -c 'Stock Reserved' inventory.log"),
      await stage.type("grep -c 'Stock Failed' inventory.log"),
      await stage.type("grep -c 'Email Sent' notification.log"),
    ]
    return [posted, ...counts].join('\n\n')
  },
  'h.declined': async (stage) => {
    await startAll(stage, { PAYMENT_FAIL_RATE: '1' })
    await stage.until('order', /order-group reads/)
    const answer = await stage.type(post(body))
    await stage.until('order', /Order Cancelled/)
    await stage.until('payment', /Payment Failed/)
    const terminal = stage.said('payment', 'PAYMENT_FAIL_RATE=1 node payment/main.ts')
    return [answer, stage.said('order'), terminal].join('\n\n')
  },
  'h.refunded': async (stage) => {
    await startAll(stage, { STOCK: '{}' })
    await stage.until('order', /order-group reads/)
    const answer = await stage.type(post(body))
    await stage.until('order', /Order Cancelled/)
    await stage.until('payment', /Payment Refunded/)
    await stage.until('inventory', /Stock Failed/)
    const inventory = stage.said('inventory', "STOCK='{}' node inventory/main.ts")
    return [answer, stage.said('order'), stage.said('payment'), inventory].join('\n\n')
  },
  'i.tests': async (stage) => {
    await startAll(stage, { PAYMENT_FAIL_RATE: '0.5', STOCK: '{"201":1000}' })
    await stage.until('order', /order-group reads/)
    return stage.type('NOTIFICATION_LOG=notification.log node --test --test-reporter=spec tests/*.test.ts')
  },
  'i.no-payment': async (stage) => {
    await stage.start('notification', /notification-group reads/)
    await stage.start('inventory', /inventory-group reads/)
    await stage.start('order', /order-group reads/)
    return stage.type("node --test --test-reporter=tap tests/*.test.ts | grep -E '^(not )?ok|error: '")
  },
}

/** Orders in different partitions may come in any order; the handout shows the same one each time. */
function byOrder(a: string, b: string): number {
  const order = (line: string) => /o-\d/.exec(line)?.[0] ?? ''
  return order(a).localeCompare(order(b))
}
