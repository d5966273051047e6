import type { Selected } from '../check/course.ts'
import { Evidence } from '../check/evidence.ts'
import { type CheckReport, type Report, reportOf } from '../check/report.ts'
import { type Driver, Runner } from '../check/runner.ts'
import { KitFault } from '../check/verdict.ts'
import { CUT } from './run/cut.ts'

const NO_HISTORY = 'regrade.no-history'

/**
 * The report as the judges of today make it from stored histories; no process, no broker. A verdict that did not come from a history (the
 * machine was at fault, time was over) stays as it was.
 */
export async function rejudge(before: Report, selected: readonly Selected[], evidence: string): Promise<Report> {
  const known = new Map(before.parts.flatMap(({ checks }) => checks.map((check) => [check.id, check])))
  const stored = selected
    .map(({ part, checks }) => ({ part, checks: checks.filter(({ id }) => known.has(id)) }))
    .filter(({ checks }) => checks.length > 0)
  const parts = await new Runner({ driver: fromStorage(evidence) }).run(stored)
  const kept = parts.map(({ part, checks }) => ({
    part,
    checks: checks.map((check) => keep(check, known.get(check.id) as CheckReport)),
  }))
  return reportOf(kept, before.seconds)
}

function keep(now: CheckReport, before: CheckReport): CheckReport {
  const id = now.diagnosis?.id
  const unknown = id === NO_HISTORY || id === 'kit.needed-check-faulted'
  if (unknown || before.verdict === 'kit-fault' || before.diagnosis?.id === CUT) return before
  return { ...now, seconds: before.seconds }
}

function fromStorage(folder: string): Driver {
  const evidence = new Evidence(folder)
  return {
    async outcome({ name }, { attempt }) {
      const outcome = (await evidence.read(name, attempt)) ?? (await evidence.read(name, 1))
      if (outcome !== undefined) return outcome
      throw new KitFault(NO_HISTORY, `there is no stored history of ${name}`, 'Grade it again.')
    },
    brokerAnswers: async () => true,
    checkInterrupt: () => {},
  }
}
