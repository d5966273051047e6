import { readFile } from 'node:fs/promises'
import type { Lesson } from '../../labs/lesson.ts'
import { allDiagnoses } from '../check/all-diagnoses.ts'
import { CONTRACT, PARTS as MARKS } from '../check/contract.ts'
import { checksOf } from '../check/course.ts'
import { handoutPath } from './handouts.ts'
import { PARTS } from './lay.ts'
import { readMistakes } from './mistakes.ts'
import { mistakesPage, PAGE } from './mistakes-page.ts'

/** Judged by the broker and not by the shop, so no shop can get it wrong. */
const WITHOUT_MISTAKES = new Set(['A1'])
const FEWEST_MISTAKES = 70

/** What is missing or contradicts itself in marks, hints, quizzes, diagnoses and mistakes: a sentence each. Runs nothing. */
export async function textProblems(): Promise<string[]> {
  const problems = await Promise.all([marks(), lessons(), diagnoses(), mistakes(), links(), page()])
  return problems.flat()
}

const blank = (text: string): boolean => text.trim() === ''

async function marks(): Promise<string[]> {
  const sums = await Promise.all(
    PARTS.map(async (part) => ({
      part,
      sum: (await checksOf(part)).reduce((total, check) => total + check.marks, 0),
    })),
  )
  const total = sums.reduce((all, { sum }) => all + sum, 0)
  const wrong = sums.filter(({ part, sum }) => sum !== MARKS[part])
  return [
    ...wrong.map(({ part, sum }) => `The checks of ${part} are worth ${sum} marks, not ${MARKS[part]}.`),
    ...(total === 100 ? [] : [`The marks of contract ${CONTRACT} add up to ${total}, not 100.`]),
  ]
}

async function lessons(): Promise<string[]> {
  const problems = PARTS.map(async (part) => {
    const { lesson } = (await import(`../../labs/${part}/part.ts`)) as { lesson: Lesson }
    const hinted = new Map(lesson.hints.map((hint) => [hint.check, hint]))
    const unhelped = (await checksOf(part)).filter(({ id }) => {
      const hint = hinted.get(id)
      return hint === undefined || [hint.question, hint.pointer, hint.nearAnswer].some(blank)
    })
    const unexplained = lesson.quiz.filter(
      ({ ask, why, options, answer }) => [ask, why, ...options].some(blank) || options[answer] === undefined,
    )
    return [
      ...unhelped.map(({ id }) => `${id} has no hint of three steps.`),
      ...unexplained.map(({ ask }) => `The question "${ask}" of ${part} has no right option, or a text is empty.`),
    ]
  })
  return (await Promise.all(problems)).flat()
}

async function diagnoses(): Promise<string[]> {
  const all = await allDiagnoses()
  const twice = all.filter(({ id }, i) => all.findIndex((other) => other.id === id) !== i)
  return [
    ...twice.map(({ id, part }) => `The diagnosis ${id} is in two tables, the second is that of ${part}.`),
    ...all
      .filter(({ expected, cause, next }) => [expected, cause, next].some(blank))
      .map(({ id }) => `The diagnosis ${id} has an empty text.`),
  ]
}

const diagnosisIds = async (): Promise<Set<string>> => new Set((await allDiagnoses()).map(({ id }) => id))

async function mistakes(): Promise<string[]> {
  const all = await readMistakes()
  const known = await diagnosisIds()
  const perCheck = Map.groupBy(all, ({ fails }) => fails[0])
  const checks = (await Promise.all(PARTS.map(async (part) => ({ part, own: await checksOf(part) })))).flatMap(
    ({ part, own }) => own.map(({ id }) => ({ part, id })),
  )
  const names = Map.groupBy(all, ({ name }) => name)
  return [
    ...(all.length >= FEWEST_MISTAKES ? [] : [`There are ${all.length} mistakes; ${FEWEST_MISTAKES} are promised.`]),
    ...[...names].filter(([, own]) => own.length > 1).map(([name]) => `Two mistakes are called ${name}.`),
    ...all
      .filter(({ diagnosis }) => !known.has(diagnosis))
      .map(({ name, diagnosis }) => `The mistake ${name} expects ${diagnosis}, which no check can give.`),
    ...all.flatMap(({ name, part, fails, may }) =>
      [...fails, ...may]
        .filter((id) => !checks.some((check) => check.id === id && check.part === part))
        .map((id) => `The mistake ${name} of ${part} names ${id}, which is no check of that part.`),
    ),
    ...checks
      .filter(({ id }) => !WITHOUT_MISTAKES.has(id) && (perCheck.get(id)?.length ?? 0) < 2)
      .map(({ id }) => `${id} has fewer than two mistakes.`),
  ]
}

async function links(): Promise<string[]> {
  const known = await diagnosisIds()
  const problems = PARTS.map(async (part) => {
    const text = await readFile(handoutPath(part), 'utf8')
    return [...text.matchAll(/docs\/mistakes\.md#([\w.-]+)/g)]
      .filter(([, id = '']) => !known.has(id))
      .map(([, id]) => `The handout of ${part} points to docs/mistakes.md#${id}, and no diagnosis has this id.`)
  })
  return (await Promise.all(problems)).flat()
}

async function page(): Promise<string[]> {
  const written = await readFile(PAGE, 'utf8').catch(() => '')
  return written === (await mistakesPage())
    ? []
    : ['docs/mistakes.md is not what the mistakes and diagnoses say: run `node cli/author/mistakes-page.ts`.']
}
