import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PARTS } from '../author/lay.ts'
import { type Mistake, readMistakes } from '../author/mistakes.ts'
import { type Proof, proveReference, proveShop, proveSolution, proveStarter } from '../author/proof-shops.ts'
import { textProblems } from '../author/proof-texts.ts'
import { rotation, SLOW_ONES } from '../author/rotation.ts'
import { type TryOptions, tryMistake } from '../author/try-mistake.ts'
import { startBroker } from '../broker/throwaway.ts'
import { type Context, defineCommand, flag, number, text, wrongUsage } from '../command.ts'
import { whileWaiting } from '../terminal/progress.ts'

const KINDS = ['texts', 'starters', 'solutions', 'shops', 'mistakes'] as const
type Kind = (typeof KINDS)[number]

export const command = defineCommand({
  about:
    'Proves the course on a broker of its own: texts are complete and marks sum to 100; starters fail and say why; solutions and two other right shops pass; ' +
    'each mistake fails its own check with its diagnosis, and no other. Without --full: some of the mistakes, others for each seed, and each solution on its own part only.',
  options: {
    only: text('--only <what>', `one of ${KINDS.join(', ')}, or the name of a mistake`),
    seed: number('--seed <n>', 'chooses the mistakes, ids and amounts', { max: 2 ** 32 - 1 }),
    full: flag('--full', 'all mistakes, and each solution on all parts up to its own: takes an hour'),
  },
  examples: [
    ['dev check --only texts', 'in a second, without a broker'],
    ['dev check --only mistakes --seed 7', 'some of the mistakes, the same as last time'],
    ['dev check --only one-at-a-time', 'one mistake, on all parts whose files it changes'],
    ['dev check --full --json', '{seed, ok, proofs: [{what, problems, seconds}]}'],
  ],
  async run(ctx, { options }) {
    const wish = await chosen(options.only)
    const seed = options.seed ?? randomInt(2 ** 31)
    ctx.err.line(ctx.paint.faint(`seed ${seed}`))
    const proofs: Proof[] = []
    for await (const proof of prove(ctx, { ...wish, seed, full: options.full })) {
      proofs.push(proof)
      if (!ctx.json) show(ctx, proof)
      if (ctx.signal.aborted) return 130
    }
    const bad = proofs.filter(({ problems }) => problems.length > 0)
    if (ctx.json) ctx.out.json({ seed, ok: bad.length === 0, proofs })
    else ctx.out.line(`${proofs.length - bad.length} of ${proofs.length} are as they should be.`)
    return bad.length === 0 ? 0 : 1
  },
})

async function chosen(only: string | undefined): Promise<Pick<Wish, 'kinds' | 'mistake'>> {
  if (only === undefined) return { kinds: KINDS }
  const kind = KINDS.find((one) => one === only)
  if (kind !== undefined) return { kinds: [kind] }
  const mistake = (await readMistakes()).find(({ name }) => name === only)
  if (mistake !== undefined) return { kinds: ['mistakes'], mistake }
  const remedy = `There are: ${KINDS.join(', ')}, and the folders of answer-key/*/mistakes.`
  throw wrongUsage(`There is nothing called ${only} to prove.`, remedy)
}

interface Wish {
  readonly kinds: readonly Kind[]
  /** The only one to try. */
  readonly mistake?: Mistake
  readonly seed: number
  readonly full: boolean
}

async function* prove(ctx: Context, wish: Wish): AsyncGenerator<Proof> {
  if (wish.kinds.includes('texts')) yield { what: 'texts', problems: await textProblems(), seconds: 0 }
  const running = wish.kinds.filter((kind) => kind !== 'texts')
  if (running.length === 0) return
  const dir = await mkdtemp(path.join(tmpdir(), 'lab-dev-check-'))
  try {
    const starting = startBroker({ dir, signal: ctx.signal, env: ctx.env })
    const broker = await whileWaiting(ctx, 'Starting a broker for the proof', starting)
    try {
      const options = { brokers: [broker.brokers], seed: wish.seed, signal: ctx.signal, env: ctx.env }
      for (const kind of running) yield* proofsOf(kind, options, wish)
    } finally {
      await broker.kill9()
    }
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function* proofsOf(kind: Kind, options: TryOptions, { seed, full, mistake: only }: Wish): AsyncGenerator<Proof> {
  if (kind === 'starters') for (const part of PARTS) yield await proveStarter(part, options)
  if (kind === 'solutions') for (const part of PARTS) yield await proveSolution(part, options, full)
  if (kind === 'shops') {
    yield await proveShop('tests/course/other-shop', options)
    yield await proveReference(options)
  }
  if (kind !== 'mistakes') return
  const all = only === undefined ? await readMistakes() : [only]
  const reach = full || only !== undefined ? 'touched' : 'part'
  for (const mistake of reach === 'touched' ? all : rotation(all, seed, SLOW_ONES.devCheck)) {
    const { problems, seconds } = await tryMistake(mistake, { ...options, reach })
    yield { what: `mistake ${mistake.fails[0]} ${mistake.name}`, problems, seconds }
  }
}

function show({ out, paint }: Context, { what, problems, seconds }: Proof): void {
  const sign = problems.length === 0 ? paint.good('✔') : paint.bad('✗')
  out.line(`${sign} ${what}${seconds === 0 ? '' : paint.faint(`  ${seconds} s`)}`)
  for (const problem of problems) out.line(`    ${problem}`)
}
