import { type Context, defineCommand, flag, LabError } from '../command.ts'
import type { Finding } from '../doctor/finding.ts'
import { install, missingPackages } from '../doctor/fix.ts'
import { lookAtKafkaWays } from '../doctor/kafka-ways.ts'
import { lookAtNode, lookAtPorts, lookAtResources, lookAtSystem } from '../doctor/machine.ts'
import { columns } from '../terminal/columns.ts'

export const command = defineCommand({
  about:
    'Looks at everything that the lab stands on and says what it found, what is needed and what to do. Exit code 1 when something is in the way. ' +
    'With --fix: installs Java 17 and Maven where they are missing (Debian and Ubuntu, as root). ' +
    'With --sandbox: attacks the sandbox in which hand-ins are graded, and says how to get a better one; with --fix too, installs bubblewrap before.',
  options: {
    fix: flag('--fix', 'install what is missing, with apt'),
    sandbox: flag('--sandbox', 'try the sandbox of lab grade instead: about 45 probes, half a minute'),
  },
  examples: [
    ['doctor', 'what this machine has and lacks'],
    ['doctor --fix', 'install Java and Maven with apt'],
    ['doctor --json', '[{what, state, found, needed, remedy}]'],
    ['doctor --sandbox', 'how well hand-ins are held apart from this machine'],
    ['doctor --sandbox --fix', 'the same with bubblewrap, installed with apt where it is missing'],
  ],
  async run(ctx, { options }) {
    if (options.sandbox) return (await sandboxDoctor())(ctx, options.fix)
    let findings = await look(ctx)
    const missing = options.fix ? missingPackages(findings) : []
    if (missing.length > 0) {
      await install(ctx, missing)
      findings = await look(ctx)
    } else if (options.fix) ctx.err.line('There is nothing to install: Java and Maven are here.')
    if (ctx.json) ctx.out.json(findings)
    else print(ctx, findings)
    return findings.some(({ state }) => state === 'bad') ? 1 : 0
  },
})

/** A kit that was handed out comes without what belongs to grading. */
async function sandboxDoctor() {
  try {
    const { lookAtSandbox } = await import('../doctor/sandbox/tell.ts')
    return lookAtSandbox
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new LabError('no-grading', 'This kit was handed out without grading.', "The instructor's kit has it.", {
      exit: 2,
      cause: error,
    })
  }
}

async function look(ctx: Context): Promise<Finding[]> {
  const [node, ways, ports, resources] = await Promise.all([
    lookAtNode(ctx),
    lookAtKafkaWays(ctx.env),
    lookAtPorts(ctx),
    lookAtResources(ctx),
  ])
  return [lookAtSystem(ctx), ...node, ...ways, ...ports, ...resources]
}

function print({ out, paint }: Context, findings: readonly Finding[]): void {
  const sign = { good: paint.good('✔'), note: paint.warn('·'), bad: paint.bad('✗') }
  out.line(
    columns(
      findings.map(({ what, state, found, needed }) => [sign[state], what, found, paint.faint(`needed: ${needed}`)]),
    ),
  )
  const todo = findings.filter(({ remedy }) => remedy !== '')
  if (todo.length > 0) out.line(`\n${columns(todo.map(({ what, state, remedy }) => [sign[state], what, remedy]))}`)
  const inTheWay = findings.filter(({ state }) => state === 'bad').length
  out.line(
    inTheWay === 0
      ? `\n${paint.good('✔')} The lab can run here.`
      : `\n${paint.bad('✗')} ${inTheWay} in the way: see above.`,
  )
}
