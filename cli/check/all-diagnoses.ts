import type { AnyPart } from './contract.ts'
import { ALL_PART_NAMES } from './course.ts'
import { workspaceDiagnoses } from './diagnoses.ts'
import type { DiagnosisTable, DiagnosisText } from './verdict.ts'

export interface ListedDiagnosis extends DiagnosisText {
  readonly id: string
  /** The part that can find it; `workspace` where any can. */
  readonly part: AnyPart | 'workspace'
}

/** Every diagnosis that a check can make, part by part, for the docs and for the handouts' links. */
export async function allDiagnoses(): Promise<ListedDiagnosis[]> {
  const tables = await Promise.all(ALL_PART_NAMES.map(async (part) => ({ part, table: await diagnosesOf(part) })))
  const all: { part: AnyPart | 'workspace'; table: DiagnosisTable }[] = [
    { part: 'workspace', table: workspaceDiagnoses },
    ...tables,
  ]
  return all.flatMap(({ part, table }) => Object.entries(table).map(([id, text]) => ({ id, part, ...text })))
}

async function diagnosesOf(part: AnyPart): Promise<DiagnosisTable> {
  const module = (await import(`../../labs/${part}/diagnoses.ts`)) as { diagnoses: DiagnosisTable }
  return module.diagnoses
}
