import type { Check } from './check.ts'
import type { AnyPart } from './contract.ts'
import type { Evidence } from './evidence.ts'
import { judge, kitFault, type Outcome } from './judge.ts'
import type { CheckReport } from './report.ts'
import type { Scenario } from './scenario.ts'
import { type Diagnosis, type Judgement, KitFault } from './verdict.ts'

/** Where outcomes come from: scenarios that are driven now, or histories that were stored. */
export interface Driver {
  /** Rejects where the kit or the machine is at fault. */
  outcome(scenario: Scenario, how: Attempt): Promise<Outcome>
  brokerAnswers(): Promise<boolean>
  /** Throws where the run was interrupted. */
  checkInterrupt(): void
}

export interface Attempt {
  /** 1 or 2. */
  readonly attempt: number
  /** See `Shop.patience`. */
  readonly patience: number
}

export interface RunnerParts {
  readonly driver: Driver
  /** It is the kit that has to keep the broker running, as in grading: then its silence is never the student's fault. Default: false. */
  readonly isOwnBroker?: boolean
  readonly evidence?: Evidence
  /** Told as soon as a check has its verdict. */
  readonly onVerdict?: (check: Check, report: CheckReport) => void
  readonly onStart?: (checks: readonly Check[]) => void
}

const brokerDied = (isOwnBroker: boolean): KitFault =>
  new KitFault(
    'kit.broker-died',
    'the broker does not answer any more',
    isOwnBroker
      ? 'It was one of our own, for this check alone; look for memory or disk that has run out, and check again: that starts another one.'
      : 'Start it again (`lab up`, which also says when the disk is full), then check again.',
  )

/** So many parts at which nothing was at work, and it is not the machine that was slow: much of the work is not written yet. */
const LIFELESS_PARTS = 2
/** Leaves ten seconds and more to come to life in; the lifeless parts had the whole time, twice. */
const LITTLE_PATIENCE = 0.5

/** Runs checks, those of one scenario together; scenarios that leave the topics alone run beside the others. */
export class Runner {
  readonly #parts: RunnerParts
  readonly #reports = new Map<string, CheckReport>()
  readonly #dead = new Set<string>()
  /** Checks that found nothing at work, at every try. */
  readonly #lifeless = new Set<string>()
  #brokerDied = false

  constructor(parts: RunnerParts) {
    this.#parts = parts
  }

  async run(
    selected: readonly { part: AnyPart; checks: readonly Check[] }[],
  ): Promise<{ part: AnyPart; checks: CheckReport[] }[]> {
    const checks = selected.flatMap((one) => one.checks)
    const groups = byScenario(checks)
    const first = groups.filter(([, [check]]) => check?.id === 'A1')
    const rest = groups.filter((group) => !first.includes(group))
    for (const group of first) await this.#scenario(...group)
    const lane = async (lanes: typeof rest) => {
      for (const group of lanes) await this.#scenario(...group)
    }
    await Promise.all([
      lane(rest.filter(([scenario]) => scenario.topics !== 'none')),
      lane(rest.filter(([scenario]) => scenario.topics === 'none')),
    ])
    return selected.map(({ part, checks: own }) => ({
      part,
      checks: own.map((check) => this.#reports.get(check.id) as CheckReport),
    }))
  }

  async #scenario(scenario: Scenario, checks: readonly Check[]): Promise<void> {
    const began = performance.now()
    const open = checks.filter((check) => {
      const reason = this.#inTheWay(check)
      if (reason !== undefined) this.#report(check, reason.verdict, 0, reason.diagnosis)
      return reason === undefined
    })
    if (open.length === 0) return
    this.#parts.onStart?.(open)
    const judged = await this.#attempt(scenario, open, 1)
    const late = open.filter((check) => {
      const judgement = judged.get(check.id)
      return check.timing && judgement?.kind === 'fail' && judgement.late
    })
    // What rests on one of them that shows no life would be skipped in any case.
    const own = late.filter(({ restsOn }) => !restsOn.some((id) => isDead(judged.get(id))))
    const isHopeless = late.length > 0 && own.every((check) => this.#isHopeless(check, judged.get(check.id)))
    const again = late.length === 0 || isHopeless ? undefined : await this.#attempt(scenario, late, 2)
    for (const check of late) {
      if (!isDead(judged.get(check.id)) || (again !== undefined && !isDead(again.get(check.id)))) continue
      this.#lifeless.add(check.id)
    }
    const seconds = Math.round((performance.now() - began) / 100) / 10
    for (const check of open) {
      const first = judged.get(check.id) as Judgement
      // What failed beside a check that it rests on failed for the same reason: that is told once.
      const reason = first.kind === 'fail' ? this.#inTheWay(check) : undefined
      if (reason === undefined) this.#verdict(check, first, again?.get(check.id), seconds)
      else this.#report(check, reason.verdict, seconds, reason.diagnosis)
    }
  }

  get #brokerFault(): KitFault {
    return brokerDied(this.#parts.isOwnBroker ?? false)
  }

  get #lifelessParts(): ReadonlySet<string> {
    return new Set([...this.#lifeless].map(partOf))
  }

  get #isMostlyLifeless(): boolean {
    return this.#lifelessParts.size >= LIFELESS_PARTS
  }

  /**
   * Would a second try only wait for the same thing once more? Where a check of this part, or of two others, found no sign of life at every try, another that
   * finds none is not asked twice, nor is one that goes through what is lifeless.
   */
  #isHopeless(check: Check, judgement: Judgement | undefined): boolean {
    if (check.buildsOn.some((id) => this.#lifeless.has(id))) return true
    const isLifeless = this.#lifelessParts.has(partOf(check.id)) || this.#isMostlyLifeless
    return isLifeless && isDead(judgement)
  }

  async #attempt(scenario: Scenario, checks: readonly Check[], attempt: number): Promise<Map<string, Judgement>> {
    const outcome = await this.#drive(scenario, attempt)
    if (!('history' in outcome)) return new Map(checks.map((check) => [check.id, outcome]))
    try {
      await this.#parts.evidence?.store(outcome, attempt)
    } catch (error) {
      return new Map(checks.map((check) => [check.id, kitFault(error)]))
    }
    const judged = new Map(checks.map((check) => [check.id, judge(check, outcome)]))
    const bad = [...judged].filter(([, { kind }]) => kind !== 'pass')
    const needsBroker = scenario.topics !== 'none' || (this.#parts.isOwnBroker === true && judged.has('A1'))
    if (needsBroker && bad.length > 0 && outcome.kind === 'driven' && !(await this.#parts.driver.brokerAnswers())) {
      this.#brokerDied = true
      for (const [id] of bad) judged.set(id, kitFault(this.#brokerFault))
    }
    return judged
  }

  async #drive(scenario: Scenario, attempt: number): Promise<Outcome | Judgement> {
    try {
      const patience = this.#isMostlyLifeless ? LITTLE_PATIENCE : 1
      return await this.#parts.driver.outcome(scenario, { attempt, patience })
    } catch (error) {
      this.#parts.driver.checkInterrupt()
      if (scenario.topics === 'none' || (await this.#parts.driver.brokerAnswers())) return kitFault(error)
      this.#brokerDied = true
      return kitFault(this.#brokerFault)
    }
  }

  /** Why a check is not worth running; `undefined` where it is. */
  #inTheWay(check: Check): { verdict: 'skipped' | 'kit-fault'; diagnosis: Diagnosis } | undefined {
    const silent = check.id !== 'A1' && check.drive.topics !== 'none' && this.#reports.get('A1')?.verdict === 'fail'
    const blocking = silent
      ? 'A1'
      : (check.needs.find((id) => (this.#reports.get(id)?.verdict ?? 'pass') !== 'pass') ??
        check.restsOn.find((id) => this.#dead.has(id) || this.#reports.get(id)?.verdict === 'kit-fault'))
    if (blocking !== undefined) {
      const kind = this.#reports.get(blocking)?.verdict === 'kit-fault' ? 'kit-fault' : 'skipped'
      return { verdict: kind, diagnosis: skippedBecauseOf(blocking, kind) }
    }
    if (!this.#brokerDied || check.drive.topics === 'none') return undefined
    const fault = kitFault(this.#brokerFault)
    return fault.kind === 'kit-fault' ? { verdict: 'kit-fault', diagnosis: fault.diagnosis } : undefined
  }

  #verdict(check: Check, first: Judgement, second: Judgement | undefined, seconds: number): void {
    const final = second ?? first
    if (first.kind === 'fail' && second?.kind === 'pass') {
      this.#report(check, 'pass', seconds, first.diagnosis, { flaky: true })
    } else if (final.kind === 'pass') {
      this.#report(check, 'pass', seconds)
    } else {
      if (final.kind === 'fail' && final.dead) this.#dead.add(check.id)
      const marks = final.kind === 'fail' ? final.marks : 0
      this.#report(check, final.kind, seconds, final.diagnosis, { marks: marks ?? 0 })
    }
  }

  #report(
    check: Check,
    verdict: CheckReport['verdict'],
    seconds: number,
    diagnosis?: Diagnosis,
    { flaky = false, marks = 0 }: { flaky?: boolean; marks?: number } = {},
  ): void {
    const report: CheckReport = {
      id: check.id,
      verdict,
      marks: verdict === 'pass' ? check.marks : Math.min(marks, check.marks),
      max: check.marks,
      seconds,
      ...(flaky ? { flaky: true } : {}),
      ...(diagnosis === undefined ? {} : { diagnosis }),
    }
    // A check that was skipped because its ground is dead is dead ground for others too.
    if (verdict === 'skipped') this.#dead.add(check.id)
    this.#reports.set(check.id, report)
    this.#parts.onVerdict?.(check, report)
  }
}

const partOf = (id: string) => id.charAt(0)

const isDead = (judgement: Judgement | undefined) => judgement?.kind === 'fail' && judgement.dead

function byScenario(checks: readonly Check[]): [Scenario, Check[]][] {
  const groups = new Map<Scenario, Check[]>()
  for (const check of checks) groups.set(check.drive, [...(groups.get(check.drive) ?? []), check])
  return [...groups]
}

function skippedBecauseOf(id: string, kind: 'skipped' | 'kit-fault'): Diagnosis {
  const why = kind === 'skipped' ? `${id} did not pass` : `${id} could not be checked`
  return {
    id: kind === 'skipped' ? 'check.skipped' : 'kit.needed-check-faulted',
    did: 'nothing: this check builds on another one',
    expected: `${id} to pass first`,
    saw: why,
    first: why,
    cause: `Whatever stopped ${id} would stop this one too.`,
    next: `lab check ${id}`,
  }
}
