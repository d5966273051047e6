import path from 'node:path'
import { writeAtomically } from '../../student/progress-file.ts'
import { safeJson } from '../../terminal/safe.ts'
import { classPage } from './class-page.ts'
import { canvasCsv, gradesCsv, moodleCsv } from './csv.ts'
import { checkTitles, type GradedClass, logsOf } from './graded.ts'
import { gradescopeJson, gradesJson, junitXml } from './machines.ts'
import { studentPage } from './student-page.ts'
import { studentText } from './student-text.ts'

const json = (value: unknown): string => `${safeJson(JSON.stringify(value, null, 2))}\n`

/** Writes every output into the folder; resolves to the files for the class. Nothing that a person wrote is among them. */
export async function writeOutputs(out: string, graded: GradedClass): Promise<string[]> {
  const titles = await checkTitles()
  for (const one of graded.students) {
    const folder = path.join(out, one.result.student.key)
    const logs = await logsOf(out, one.result)
    await writeAtomically(path.join(folder, 'report.html'), studentPage(one, logs, titles))
    await writeAtomically(path.join(folder, 'report.md'), studentText(one, logs, titles))
    await writeAtomically(path.join(folder, 'gradescope.json'), json(gradescopeJson(one, titles)))
    await writeAtomically(path.join(folder, 'junit.xml'), junitXml(one, titles))
  }
  const files: [string, string][] = [
    ['grades.csv', gradesCsv(graded)],
    ['moodle.csv', moodleCsv(graded)],
    ['canvas.csv', canvasCsv(graded)],
    ['grades.json', json(gradesJson(graded))],
    ['class.html', classPage(graded, titles)],
  ]
  for (const [name, text] of files) await writeAtomically(path.join(out, name), text)
  return files.map(([name]) => path.join(out, name))
}
