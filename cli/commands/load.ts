import { type Context, defineCommand, type ExitCode, number, wrongUsage } from '../command.ts'
import { withBus } from '../shop/connect.ts'
import { endsOf, latencies, percentile, watchEnds } from '../shop/ends.ts'
import { type LoadResult, runLoad } from '../shop/load.ts'
import { enterShop } from '../shop/order-service.ts'
import { orderOf, productOptions } from '../shop/sample-options.ts'
import { columns } from '../terminal/columns.ts'

const MOST_ORDERS = 1_000_000

export const command = defineCommand({
  about:
    'Places orders at a fixed rate and measures how they end. The times of sending are fixed in advance, and latency counts from the planned time to the moment when the end (stock reserved, in the whole shop shipped; or cancelled) can be read from Kafka: a shop that is too slow cannot hide behind a client that waits for it. Exit code 1 when an order was refused, failed or lost.',
  options: {
    rate: number('--rate <orders>', 'orders a second', { fallback: 50, min: 0.1, max: 20_000, fraction: true }),
    seconds: number('--seconds <seconds>', 'for how long', { fallback: 10, min: 1, max: 3_600 }),
    ...productOptions,
    patience: number('--patience <seconds>', 'an order is lost when no order has ended for so long', {
      fallback: 10,
      min: 1,
      max: 600,
    }),
  },
  examples: [
    ['load --rate 100 --seconds 30', 'a hundred orders a second for half a minute'],
    ['load --rate 167 --json', 'ten thousand a minute; one JSON object at the end'],
    ['load --rate 20 --product 999', 'orders that nobody can fulfil: every one is refunded'],
  ],
  async run(ctx, { options }) {
    const { rate, seconds, patience } = options
    if (rate * seconds > MOST_ORDERS || rate * seconds < 1) {
      throw wrongUsage(
        `That would be ${Math.round(rate * seconds)} orders.`,
        `Choose rate and seconds for 1 to ${MOST_ORDERS}.`,
      )
    }
    const { door } = await enterShop(ctx, options.url)
    return withBus(ctx, async (bus) => {
      const ends = await watchEnds(bus, endsOf(door.size))
      try {
        const load = await runLoad({
          ...{
            url: door.orders,
            authorize: door.authorize,
            rate,
            seconds,
            product: orderOf(options),
            signal: ctx.signal,
          },
          onProgress: ({ sent, accepted }) =>
            ctx.err.status(`${sent} sent, ${accepted} accepted, ${ends.seen.size} ended`),
        })
        ctx.err.status('Waiting for the last ones to end …')
        const lost = await ends.drain(load.sendTimes.keys(), patience * 1_000, ctx.signal)
        ctx.err.status('')
        return report(ctx, load, latencies(load.sendTimes, ends.seen), lost.length)
      } finally {
        await ends.stop()
      }
    })
  },
})

function report(ctx: Context, load: LoadResult, ended: Float64Array, lost: number): ExitCode {
  const { planned, sent, accepted, refused, refusals, failed, failure, latestMs } = load
  const figures = { planned, sent, accepted, ended: ended.length, lost, refused, failed }
  const share = (p: number) => rounded(percentile(ended, p))
  const placed = Float64Array.from(load.answerMs).sort()
  const answer = { p50: rounded(percentile(placed, 0.5)), p99: rounded(percentile(placed, 0.99)) }
  const ms = { p50: share(0.5), p95: share(0.95), p99: share(0.99), max: rounded(ended.at(-1) ?? null) }
  if (ctx.json) {
    ctx.out.json({ ...figures, refusals, failure, endedMs: ms, answerMs: answer, generatorLateMs: rounded(latestMs) })
  } else {
    ctx.out.line(columns(Object.entries(figures).map(([name, value]) => [ctx.paint.faint(name), String(value)])))
    ctx.out.line(`\nfrom planned to ended: p50 ${ms.p50} ms   p95 ${ms.p95} ms   p99 ${ms.p99} ms   max ${ms.max} ms`)
    ctx.out.line(`from planned to the answer: p50 ${answer.p50} ms   p99 ${answer.p99} ms`)
    for (const [status, count] of Object.entries(refusals)) ctx.out.line(`answered with ${status}: ${count}`)
    if (failure !== null) ctx.out.line(`no answer: ${failure}`)
    if (latestMs > 50)
      ctx.err.line(
        `This machine was so busy that orders went out up to ${rounded(latestMs)} ms late; that is in the figures.`,
      )
  }
  return refused + failed + lost === 0 ? 0 : 1
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 10) / 10
}
