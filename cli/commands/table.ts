import { existsSync } from 'node:fs'
import type { Command } from '../command.ts'

/** What `lab --help` shows of a command without loading it. A name of two words is a command in a group: `dev test`. */
export interface Entry {
  readonly name: string
  readonly summary: string
  readonly group: Group
  /** Only this command's modules are loaded when it is asked for. */
  readonly load: () => Promise<{ readonly command: Loaded }>
}

/** `Command` of whatever arguments and options: the program passes in what the command itself declared. */
export type Loaded = Pick<Command, 'about' | 'args' | 'options' | 'examples'> & {
  run(ctx: Parameters<Command['run']>[0], input: never): ReturnType<Command['run']>
}

/** The headings of `lab --help`, in order. */
export const GROUPS = [
  'The course',
  'The lab',
  'The shop',
  'Topics and events',
  'The class',
  'For authors of the kit',
] as const
export type Group = (typeof GROUPS)[number]

const ALL: readonly Entry[] = [
  {
    name: 'menu',
    group: 'The course',
    summary: 'where you are and what is next, to choose from',
    load: () => import('./menu.ts'),
  },
  {
    name: 'start',
    group: 'The course',
    summary: 'bring the files of a part into your shop',
    load: () => import('./start.ts'),
  },
  { name: 'check', group: 'The course', summary: 'check your shop, part by part', load: () => import('./check.ts') },
  { name: 'hint', group: 'The course', summary: 'help with a check, step by step', load: () => import('./hint.ts') },
  { name: 'next', group: 'The course', summary: 'what to do next', load: () => import('./next.ts') },
  { name: 'progress', group: 'The course', summary: 'your marks and minutes', load: () => import('./progress.ts') },
  {
    name: 'run',
    group: 'The course',
    summary: 'run your shop: services, logs, orders',
    load: () => import('./run.ts'),
  },
  { name: 'quiz', group: 'The course', summary: 'questions about a part', load: () => import('./quiz.ts') },
  {
    name: 'viva',
    group: 'The course',
    summary: "examine yourself; instructors: a student's own run",
    load: () => import('./viva.ts'),
  },
  {
    name: 'answer',
    group: 'The course',
    summary: 'the solution of a part, or how yours differs',
    load: () => import('./answer.ts'),
  },
  {
    name: 'reset',
    group: 'The course',
    summary: 'begin a part again, with a copy of yours',
    load: () => import('./reset.ts'),
  },
  { name: 'report', group: 'The course', summary: 'the page to hand in', load: () => import('./report.ts') },
  {
    name: 'up',
    group: 'The lab',
    summary: 'start the Kafka broker, or find the one that is there',
    load: () => import('./up.ts'),
  },
  { name: 'down', group: 'The lab', summary: 'stop the broker; its data stays', load: () => import('./down.ts') },
  { name: 'status', group: 'The lab', summary: 'what runs: broker and services', load: () => import('./status.ts') },
  { name: 'logs', group: 'The lab', summary: 'what the broker or a service wrote', load: () => import('./logs.ts') },
  { name: 'clean', group: 'The lab', summary: "stop, and delete the lab's state", load: () => import('./clean.ts') },
  {
    name: 'doctor',
    group: 'The lab',
    summary: 'what this machine has, lacks, and how to get it',
    load: () => import('./doctor.ts'),
  },
  {
    name: 'dev test',
    group: 'For authors of the kit',
    summary: 'hold the walls and run the tests',
    load: () => import('./dev-test.ts'),
  },
  {
    name: 'dev check',
    group: 'For authors of the kit',
    summary: 'prove the course: right shops pass, mistakes are named',
    load: () => import('./dev-check.ts'),
  },
  {
    name: 'dev walls',
    group: 'For authors of the kit',
    summary: 'types, lint, walls, unused code',
    load: () => import('./dev-walls.ts'),
  },
  {
    name: 'dev bench',
    group: 'For authors of the kit',
    summary: 'measure, and compare with the targets',
    load: () => import('./dev-bench.ts'),
  },
  {
    name: 'demo',
    group: 'The shop',
    summary: 'start Kafka and the shop, and watch each order go its way',
    load: () => import('./demo.ts'),
  },
  { name: 'order', group: 'The shop', summary: 'place an order, or several', load: () => import('./order.ts') },
  {
    name: 'load',
    group: 'The shop',
    summary: 'place orders at a fixed rate and measure how they end',
    load: () => import('./load.ts'),
  },
  {
    name: 'break',
    group: 'The shop',
    summary: 'break something in the shop that runs: a service, the log, Kafka, a safety',
    load: () => import('./break.ts'),
  },
  { name: 'mend', group: 'The shop', summary: 'undo what was broken', load: () => import('./mend.ts') },
  {
    name: 'topics',
    group: 'Topics and events',
    summary: 'which topics there are, and what they hold',
    load: () => import('./topics.ts'),
  },
  {
    name: 'tail',
    group: 'Topics and events',
    summary: 'show the events of topics as they come',
    load: () => import('./tail.ts'),
  },
  {
    name: 'lag',
    group: 'Topics and events',
    summary: 'how far each consumer group is behind',
    load: () => import('./lag.ts'),
  },
  {
    name: 'dlq list',
    group: 'Topics and events',
    summary: 'which dead-letter topics hold something',
    load: () => import('./dlq-list.ts'),
  },
  {
    name: 'dlq show',
    group: 'Topics and events',
    summary: 'the dead letters of a topic, and why they are there',
    load: () => import('./dlq-show.ts'),
  },
  {
    name: 'dlq replay',
    group: 'Topics and events',
    summary: 'publish dead letters again where they came from',
    load: () => import('./dlq-replay.ts'),
  },
  {
    name: 'replay',
    group: 'Topics and events',
    summary: 'let a stopped group read a topic again from an offset or a time',
    load: () => import('./replay.ts'),
  },
  {
    name: 'grade',
    group: 'The class',
    summary: 'grade a folder of hand-ins by the rubric',
    load: () => import('./grade.ts'),
  },
  {
    name: 'regrade',
    group: 'The class',
    summary: 'count the marks again from what was stored',
    load: () => import('./regrade.ts'),
  },
  { name: 'class', group: 'The class', summary: 'who is stuck where', load: () => import('./class.ts') },
  {
    name: 'similar',
    group: 'The class',
    summary: 'which hand-ins are alike, the starters taken out',
    load: () => import('./similar.ts'),
  },
  {
    name: 'handout',
    group: 'The class',
    summary: 'the kit without its answers, to be handed out',
    load: () => import('./handout.ts'),
  },
]

/** The kit that students get has neither the instructor's part nor the tests (`lab handout`). */
const isThere = (path: string): boolean => existsSync(new URL(path, import.meta.url))
const ABSENT: readonly Group[] = [
  ...(isThere('./grade.ts') ? [] : ['The class' as const]),
  ...(isThere('../../tests') ? [] : ['For authors of the kit' as const]),
]

export const TABLE: readonly Entry[] = ALL.filter(({ group }) => !ABSENT.includes(group))
