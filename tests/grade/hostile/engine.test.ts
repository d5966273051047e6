/** The checks themselves, on programs in a sandbox: an honest shop keeps its marks, a forged one gets none. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before } from 'node:test'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'
import { COMMANDS, SERVICES } from '../../../cli/check/contract.ts'
import { select } from '../../../cli/check/course.ts'
import { runChecks } from '../../../cli/check/session.ts'
import { openSandbox } from '../../../cli/grade/sandbox/sandbox.ts'
import type { Tier } from '../../../cli/grade/sandbox/tier.ts'
import { BEST, everywhere, whyNot } from './boxed.ts'

const ATTACKS = path.resolve(import.meta.dirname, '../../../cli/grade/sandbox/attacks')
const HONEST = path.resolve(import.meta.dirname, '../../course/other-shop')

let dir: string
let broker: ThrowawayBroker

before(async () => {
  if ((await whyNot(BEST)) !== false && (await whyNot('T1')) !== false) return
  dir = await mkdtemp(path.join(tmpdir(), 'lab-boxed-checks-'))
  await chmod(dir, 0o711)
  // The core topics have fixed names: a broker of our own keeps other tests out of them.
  broker = await startBroker({ dir: path.join(dir, 'kafka') })
})
after(async () => {
  await broker?.kill9()
  if (dir !== undefined) await rm(dir, { recursive: true, force: true, maxRetries: 5 })
})

async function check(tier: Tier, submission: string, ids: readonly string[]) {
  const brokers = [broker.brokers]
  const box = await openSandbox({ tier: { tier }, submission, work: path.join(dir, 'work'), brokers })
  try {
    const { workspace, launcher, incidents } = box
    const signal = new AbortController().signal
    const report = await runChecks(await select(ids), {
      workspace,
      launcher,
      brokers,
      seed: 7,
      signal,
      outer: process.env,
    })
    return { incidents, checks: report.parts.flatMap((part) => part.checks) }
  } finally {
    await box.close()
  }
}

everywhere(
  'given an honest shop in a sandbox, when it is started, asked, stopped, killed and restarted, then it has all its marks',
  async (_, tier) => {
    const { checks, incidents } = await check(tier, HONEST, ['A3', 'A4', 'B1', 'B3', 'C1', 'E1', 'E3', 'F1', 'F5'])
    const lost = checks.filter(({ verdict }) => verdict !== 'pass')
    assert.deepEqual(lost, [])
    assert.deepEqual(incidents, [])
  },
)

everywhere(
  'given a shop of programs that only claim to have passed, when it is checked, then it gets no mark',
  async (_, tier) => {
    const forged = path.join(dir, 'forged')
    mkdirSync(forged, { recursive: true })
    cpSync(path.join(ATTACKS, 'marks-forger.mjs'), path.join(forged, 'marks-forger.mjs'))
    const run = 'node marks-forger.mjs'
    const entries = <V>(names: readonly string[], value: V) => Object.fromEntries(names.map((name) => [name, value]))
    const lab = { contract: 1, services: entries(SERVICES, { run }), commands: entries(COMMANDS, run) }
    writeFileSync(path.join(forged, 'lab.json'), JSON.stringify(lab))
    const { checks } = await check(tier, forged, ['A3', 'B1', 'B3', 'C1', 'C3', 'D1', 'D4', 'E1', 'I1'])
    assert.deepEqual(
      checks
        .map(({ id, verdict, marks }) => [id, verdict, marks])
        .filter(([, verdict, marks]) => marks !== 0 || verdict === 'kit-fault'),
      [],
    )
  },
)
