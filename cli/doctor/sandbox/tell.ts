import type { Context, ExitCode } from '../../command.ts'
import { hasBubblewrap } from '../../grade/sandbox/trial.ts'
import { columns } from '../../terminal/columns.ts'
import { install } from '../fix.ts'
import { betterTiers, type Examination, examineSandbox } from './examine.ts'

const MEANING = {
  T3: 'bubblewrap and a cgroup: the best there is',
  T2: 'bubblewrap and rlimits: memory is watched, not fenced',
  T1: 'Docker: the same box as a container, slower to start',
  T0: "none: 'lab grade' refuses unless you say --i-trust-these-submissions",
} as const

/** `lab doctor --sandbox`; with `fix`, bubblewrap is installed before. Exit code 1 where there is no sandbox, or one that a probe got through. */
export async function lookAtSandbox(ctx: Context, fix: boolean): Promise<ExitCode> {
  if (fix && !(await hasBubblewrap())) await install(ctx, ['bubblewrap'])
  const examination = await examineSandbox((done, of) => {
    if (!ctx.json) ctx.err.status(ctx.paint.faint(`Attacking the sandbox: ${done} of ${of} probes …`))
  })
  ctx.err.status('')
  const { tier, probes } = examination
  const failed = probes.filter(({ ok }) => !ok)
  if (ctx.json) ctx.out.json({ ...tier, ...examination, tier: tier.tier })
  else print(ctx, examination)
  return tier.tier === 'T0' || failed.length > 0 ? 1 : 0
}

function print({ out, paint }: Context, { tier, probes, startMs, firstAnswerMs }: Examination): void {
  out.line(`${paint.strong(tier.tier)} ${MEANING[tier.tier]}\n${paint.faint(tier.how)}\n`)
  const sign = (ok: boolean) => (ok ? paint.good('✔') : paint.bad('✗'))
  if (probes.length > 0) {
    out.line(columns(probes.map(({ group, what, ok, saw }) => [sign(ok), paint.faint(group), what, saw])))
    out.line(
      `\nA program in it runs after ${startMs} ms and has answered a request after ${firstAnswerMs} ms (medians of five).`,
    )
  }
  const better = betterTiers(tier)
  if (better.length > 0) out.line('\nFor a better tier:')
  for (const { tier: of, why, remedy } of better) out.line(`  ${paint.strong(of)} ${why}\n     ${remedy}`)
  const failed = probes.filter(({ ok }) => !ok).length
  if (tier.tier === 'T0') out.line(`\n${paint.bad('✗')} There is no sandbox on this machine.`)
  else if (failed > 0)
    out.line(
      `\n${paint.bad('✗')} ${failed} of ${probes.length} probes got through: do not grade strangers' programs here.`,
    )
  else out.line(`\n${paint.good('✔')} All ${probes.length} probes were held back.`)
}
