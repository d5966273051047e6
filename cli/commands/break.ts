import { type Context, defineCommand, type Parameter, text, texts, wrongUsage } from '../command.ts'
import { openDesk } from '../shop/faults/host.ts'
import { listWithoutShop } from '../shop/faults/no-shop.ts'
import { requireToggle } from '../shop/faults/settings.ts'
import { tellFault, tellFaults, toggleHelp } from '../shop/faults/tell-faults.ts'

export const command = defineCommand({
  about: [
    "Breaks something in the shop that runs ('lab demo', or your own with 'lab run'), and says once that was seen to take effect. Without a toggle: all of them, and how they stand. What is broken mends itself after a while; 'lab mend' does it at once. In brackets: what --set can change, and how it is otherwise; a wrong value is answered with the right ones.",
    '',
    toggleHelp(),
  ].join('\n'),
  args: { toggle: text('[toggle]', 'what to break') },
  options: {
    service: text('--service <name>', 'where, for toggles that have a choice, such as payment'),
    for: seconds('--for <time>', 'mends itself after 30s, 5m or so many seconds; 0: stays until it is mended'),
    set: texts('--set <setting=value...>', 'a setting of the toggle, several separated by blanks'),
    seed: {
      flags: '--seed <number>',
      about: 'hits the same ones as last time with this seed',
      parse: wholeNumber,
    } satisfies Parameter<number | undefined> as Parameter<number | undefined>,
  },
  examples: [
    ['break', 'what can be broken, and what is'],
    ['break decline --set percent=30 --for 2m', 'every third payment is declined'],
    ['break crash --service payment --set point=relay.sent-not-marked', 'die between publish and mark'],
    ['break kill --service inventory --for 10s', 'down for ten seconds'],
    ['break poison --set kind=wrong-type topic=payment-success', 'one record that nobody can read'],
    ['break ship-refuse', 'the way back from the last step, in the whole shop'],
    ['break no-inbox --service notification', 'and then: break duplicate --set topic=stock-reserved'],
  ],
  async run(ctx, { args: { toggle }, options }) {
    if (toggle === undefined) return list(ctx)
    requireToggle(toggle)
    const settings = {
      ...readSet(options.set),
      ...given('service', options.service),
      ...given('forSeconds', options.for),
    }
    const desk = await openDesk(ctx)
    try {
      const state = await desk.inject(toggle, { ...settings, ...given('seed', options.seed) })
      if (ctx.json) ctx.out.json(state)
      else ctx.out.line(tellFault(ctx, state))
      return 0
    } finally {
      await desk.close()
    }
  },
})

async function list(ctx: Context): Promise<0> {
  const desk = await openDesk(ctx).catch(() => null)
  const states = desk === null ? listWithoutShop() : await desk.list()
  await desk?.close()
  if (ctx.json) ctx.out.json({ faults: states })
  else ctx.out.line(tellFaults(ctx, states))
  return 0
}

const given = (name: string, value: unknown): Record<string, unknown> => (value === undefined ? {} : { [name]: value })

/** `percent=30 kind=big`: numbers become numbers, all else stays text. */
function readSet(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1)
        throw wrongUsage(
          `--set ${pair}: setting=value is needed, such as percent=30.`,
          "'lab break --help' lists the settings.",
        )
      const value = pair.slice(at + 1)
      return [pair.slice(0, at), /^-?\d{1,15}(\.\d+)?$/.test(value) ? Number(value) : value]
    }),
  )
}

const UNITS = { '': 1, s: 1, m: 60, h: 3_600 } as const

function seconds(flags: string, about: string): Parameter<number | undefined> {
  return {
    flags,
    about,
    parse: (given) => {
      const found = /^(\d{1,6}(?:\.\d+)?)(s|m|h|)$/.exec(given.trim())
      if (found === null) throw new RangeError('a time such as 30s, 5m or 0 is needed.')
      return Number(found[1]) * UNITS[found[2] as keyof typeof UNITS]
    },
  }
}

function wholeNumber(given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given)
  throw new RangeError('a whole number is needed.')
}
