import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { RUBRIC_FILE, readRubric } from '../rubric/load.ts'
import { layManual, manualPath, readManual } from '../rubric/manual.ts'
import { scoreOf } from '../rubric/score.ts'
import { canvasCsv, gradesCsv, moodleCsv } from './csv.ts'
import { gradedClass } from './graded.ts'
import { sampleGrading, sampleResult, sampleStudent } from './sample-class.ts'
import { writeOutputs } from './write.ts'

const HOSTILE = `</dd><script>alert(1)</script><img src=x onerror="alert(2)">'&amp;\u202e\u001b]8;;http://evil\u0007]]>\`\`\`\n# head\n|x|\u0000\ufffe`
const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1', "=cmd|'/c calc'!A0"]

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'lab-output-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  return dir
}

test('given right and wrong hand-ins, when marks are counted, then each line has those of its checks', async () => {
  const { rubric, checks } = await sampleGrading([])
  const right = scoreOf(rubric, (await sampleResult(sampleStudent('ada'))).report, checks)
  assert.deepEqual([right.marks, right.max, right.open], [100, 100, 0])
  const wrong = scoreOf(rubric, (await sampleResult(sampleStudent('bob'), { failed: ['A2', 'F3'] })).report, checks)
  assert.equal(wrong.marks, 92)
  assert.deepEqual(
    wrong.criteria.map(({ marks }) => marks),
    [16, 20, 16, 20, 10, 10],
  )
  const part = scoreOf(rubric, (await sampleResult(sampleStudent('carl'))).report, ['A1', 'A2'])
  assert.deepEqual([part.marks, part.max], [6, 6])
})

test('given a rubric with half the marks for a check, when it earned half, then it gets a quarter', async () => {
  const source = await readFile(RUBRIC_FILE, 'utf8')
  const rubric = await readRubric(source.replace('I1: 3', 'I1: 6.5').replace('I2: 7', 'I2: 3.5'), 'r.yml')
  const result = await sampleResult(sampleStudent('ada'))
  const report = structuredClone(result.report) as unknown as {
    parts: { checks: { id: string; marks: number; verdict: string }[] }[]
  }
  const check = report.parts.flatMap(({ checks }) => checks).find(({ id }) => id === 'I2')
  assert.ok(check)
  Object.assign(check, { marks: 3, verdict: 'fail' })
  assert.equal(scoreOf(rubric, report as never, ['I1', 'I2']).marks, 8)
})

test('given marks of a person, when they are read, then they count, and what cannot be is refused with its line', async (t) => {
  const dir = await folder(t)
  const rubric = await readRubric(
    await readFile(path.join(path.dirname(RUBRIC_FILE), 'with-review.yml'), 'utf8'),
    'r.yml',
  )
  const { report } = await sampleResult(sampleStudent('ada'))
  const { checks } = await sampleGrading([])
  await layManual(dir, rubric, ['ada'])
  const before = scoreOf(rubric, report, checks, (await readManual(dir, rubric, ['ada'])).ada)
  assert.deepEqual([before.marks, before.open], [90, 10])
  const text =
    'students:\n  ada:\n    lines:\n      readable: 3\n      reasons: { marks: 5, comment: well said }\n    adjust: { marks: -2, why: late }\n'
  await writeFile(manualPath(dir), text)
  await layManual(dir, rubric, ['ada'])
  assert.equal(await readFile(manualPath(dir), 'utf8'), text)
  const after = scoreOf(rubric, report, checks, (await readManual(dir, rubric, ['ada'])).ada)
  assert.deepEqual([after.marks, after.open, after.adjusted?.why], [96, 0, 'late'])
  await writeFile(manualPath(dir), text.replace('readable: 3', 'readable: 9'))
  await assert.rejects(readManual(dir, rubric, ['ada']), /line 4, .*9 marks are not from 0 to 5/)
  await assert.rejects(readManual(dir, rubric, ['bob']), /there is no student "ada" here/)
})

test('given names and findings that are formulas, when tables are written, then no cell begins one and all read back', async () => {
  const students = await Promise.all(
    FORMULAS.map((name, i) =>
      sampleResult(sampleStudent(`s${i}`, { name, id: name, email: name, login: name }), {
        findings: [{ id: name, says: name }],
      }),
    ),
  )
  const graded = gradedClass(await sampleGrading(students.map(({ student }) => student.key)), students, {}, 0)
  for (const text of [gradesCsv(graded), moodleCsv(graded), canvasCsv(graded)]) {
    const rows: string[][] = parse(text)
    assert.ok(rows.length >= FORMULAS.length + 1)
    for (const cell of rows.flat()) assert.doesNotMatch(cell, /^[=+@\t\r＝＋－＠-]/u)
  }
  const [first] = parse<Record<string, string>>(gradesCsv(graded), { columns: true })
  assert.equal(first?.marks, '100')
})

const openItem = {
  id: 'flows.refund',
  ask: 'Why is this flow led?',
  marks: 2,
  checklist: ['who decides', 'who undoes'],
  answer: 'Because the steps depend on each other.',
  written: true,
  selfMark: 1,
}

test('given answers that no rule can judge, when the reports are written, then words, checklist and own marks stand there, outside the marks', async (t) => {
  const dir = await folder(t)
  const items = [openItem, { ...openItem, id: 'flows.stock', selfMark: null }]
  const result = await sampleResult(sampleStudent('ada'), { answers: [{ part: 'q-topic-design', items }] })
  await writeOutputs(dir, gradedClass(await sampleGrading(['ada']), [result], {}, 0))
  for (const name of ['report.html', 'report.md']) {
    const text = (await readFile(path.join(dir, 'ada', name), 'utf8')).replaceAll('\\', '')
    assert.ok(text.includes('ada: 100 of 100'), name)
    for (const shown of [
      '1 of 4 by the author',
      openItem.answer,
      'who undoes',
      '(1 of 2)',
      'not marked by its author, of 2',
    ])
      assert.ok(text.replaceAll('&#39;', "'").includes(shown), `${name}: ${shown}`)
  }
})

test('given hostile text wherever a student can write, when all outputs are written, then none of them obeys it', async (t) => {
  const dir = await folder(t)
  const student = sampleStudent('ada', { name: HOSTILE, id: HOSTILE, login: HOSTILE, email: HOSTILE })
  const result = await sampleResult(student, {
    failed: ['A1', 'F3'],
    text: HOSTILE,
    findings: [{ id: HOSTILE, says: HOSTILE }],
    answers: [{ part: 'q-topic-design', items: [{ ...openItem, answer: HOSTILE }] }],
  })
  const manual = { ada: { comment: HOSTILE, adjust: { marks: -1, why: HOSTILE } } }
  const files = await writeOutputs(dir, gradedClass(await sampleGrading(['ada']), [result], manual, 0))
  const own = (await readdir(path.join(dir, 'ada'))).map((name) => path.join(dir, 'ada', name))
  assert.equal(files.length + own.length, 9)
  for (const file of [...files, ...own]) {
    const text = await readFile(file, 'utf8')
    assert.doesNotMatch(text.replace(/[\n\r]/g, ''), /\p{Cc}|\u202e/u, file)
    if (file.endsWith('.xml')) assert.doesNotMatch(text, /\ufffe/, file)
    if (file.endsWith('.html') || file.endsWith('.xml')) assert.doesNotMatch(text, /<script|<img|onerror="|\]\]>/, file)
    if (file.endsWith('.html'))
      assert.doesNotMatch(text, /<(script|link|iframe|object|form)\b|<[^>]*\bsrc=|url\(|@import/, file)
    if (file.endsWith('.json')) JSON.parse(text)
  }
  const page = await readFile(path.join(dir, 'ada', 'report.html'), 'utf8')
  for (const tag of ['table', 'tr', 'td', 'dl', 'dt', 'dd', 'h2', 'h3', 'section', 'ul', 'ol', 'li']) {
    assert.equal(
      page.match(new RegExp(`</${tag}>`, 'g'))?.length,
      page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length,
      tag,
    )
  }
  const markdown = await readFile(path.join(dir, 'ada', 'report.md'), 'utf8')
  const outside = markdown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
  assert.doesNotMatch(outside, /(?<!\\)<|^# head/m)
})

test('given the outputs for other programs, when they are read, then they have what those ask for', async (t) => {
  const dir = await folder(t)
  const results = [
    await sampleResult(sampleStudent('ada', { id: '11' })),
    await sampleResult(sampleStudent('bob'), { failed: ['G2'] }),
  ]
  await writeOutputs(dir, gradedClass(await sampleGrading(['ada', 'bob']), results, {}, 0))
  const gradescope = JSON.parse(await readFile(path.join(dir, 'bob', 'gradescope.json'), 'utf8'))
  assert.equal(gradescope.score, 95)
  assert.equal(gradescope.tests.length, 32)
  assert.deepEqual(gradescope.tests.find((one: { number: string }) => one.number === 'G2').status, 'failed')
  const junit = await readFile(path.join(dir, 'bob', 'junit.xml'), 'utf8')
  assert.match(junit, /<testsuites name="bob" tests="32" failures="1" errors="0" skipped="0"/)
  const moodle = parse<Record<string, string>>(await readFile(path.join(dir, 'moodle.csv'), 'utf8'), { columns: true })
  assert.deepEqual([moodle[0]?.Identifier, moodle[0]?.Grade], ['Participant 11', '100'])
  const page = await readFile(path.join(dir, 'class.html'), 'utf8')
  assert.match(page, /lowest 95, median 97.5, mean 97.5, highest 100/)
  assert.match(page, /<code>sample.wrong<\/code>/)
})
