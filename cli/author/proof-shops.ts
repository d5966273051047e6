import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { AnyPart } from '../check/contract.ts'
import { type Selected, select } from '../check/course.ts'
import type { CheckReport } from '../check/report.ts'
import { layParts, lendModules, partsUpTo } from './lay.ts'
import { check, type TryOptions } from './try-mistake.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** What is not as it should be, a sentence each, and how long it took. */
export interface Proof {
  readonly what: string
  readonly problems: readonly string[]
  readonly seconds: number
}

/** The right shop up to `part` passes that part; with `full`, all parts up to it. */
export async function proveSolution(part: AnyPart, options: TryOptions, full: boolean): Promise<Proof> {
  return await inFolder(`solution of ${part}`, async (dir) => {
    await layParts(partsUpTo(part), dir, 'solution')
    const { parts } = await check(dir, await select(full ? partsUpTo(part) : [part]), options)
    return parts.flatMap(({ checks }) => checks.filter(({ verdict, flaky }) => verdict !== 'pass' || flaky).map(told))
  })
}

/** Whoever has just begun with a part does not pass it, and the checker shows the words that the starter says. */
export async function proveStarter(part: AnyPart, options: TryOptions): Promise<Proof> {
  return await inFolder(`starter of ${part}`, async (dir) => {
    await layParts(partsUpTo(part).slice(0, -1), dir, 'solution')
    await layParts([part], dir, 'starter')
    const { parts, marks, max } = await check(dir, await select([part]), options)
    const checks = parts.flatMap((one) => one.checks)
    const faults = checks.filter(({ verdict }) => verdict === 'kit-fault').map(told)
    const words = `part ${part[0]?.toUpperCase()}: not written yet`
    const said = checks.some(({ diagnosis }) => JSON.stringify(diagnosis ?? '').includes(words))
    return [
      ...faults,
      ...(marks < max ? [] : ['it passes, although nothing is written']),
      ...(said ? [] : [`no diagnosis shows "${words}": ${checks.map(told).join('; ')}`]),
    ]
  })
}

/** A shop that is right by other means gets all marks of these parts. */
export async function proveShop(
  folder: string,
  options: TryOptions,
  words: readonly string[] = ['all'],
): Promise<Proof> {
  const began = performance.now()
  const workspace = join(ROOT, folder)
  await lendModules(workspace)
  return {
    what: `shop of ${folder}`,
    problems: await faults(workspace, options, await select(words)),
    seconds: since(began),
  }
}

/** What the shop in services/ does not offer: a compose file of its own, and a test command. */
const NOT_OFFERED = ['A2', 'I1', 'I2']

/** The shop of services/ gets all marks for what it offers. Run from a folder of its own, so that it starts with an empty store. */
export async function proveReference(options: TryOptions): Promise<Proof> {
  return await inFolder('shop of services', async (dir) => {
    const home = join(ROOT, 'services')
    const entries = await readFile(join(home, 'lab.json'), 'utf8')
    await writeFile(
      join(dir, 'lab.json'),
      entries.replaceAll(/"node (\w+\/)/g, (_, path) => `"node ${home}/${path}`),
    )
    const offered = (await select(['all'])).map(
      ({ part, checks }): Selected => ({ part, checks: checks.filter(({ id }) => !NOT_OFFERED.includes(id)) }),
    )
    return await faults(dir, options, offered)
  })
}

async function faults(workspace: string, options: TryOptions, selected: readonly Selected[]): Promise<string[]> {
  const { parts } = await check(workspace, selected, options)
  return parts.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict !== 'pass').map(told))
}

async function inFolder(what: string, work: (dir: string) => Promise<string[]>): Promise<Proof> {
  const began = performance.now()
  const dir = await mkdtemp(join(tmpdir(), 'lab-proof-'))
  try {
    return { what, problems: await work(dir), seconds: since(began) }
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

const since = (began: number): number => Math.round((performance.now() - began) / 100) / 10

const told = ({ id, verdict, flaky, diagnosis }: CheckReport): string =>
  `${id} ${flaky ? 'passed at the second try only' : verdict}${diagnosis === undefined ? '' : ` (${diagnosis.id}: ${diagnosis.saw.slice(0, 300)})`}`
