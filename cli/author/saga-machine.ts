/** Explores the orchestrated saga's state machine by asking it: every state that it can come to, and what leads there. */
import {
  abandon,
  begin,
  giveUp,
  onDeadline,
  onReply,
  retry,
  type Saga,
  type SagaReply,
  stateOf,
} from '../../services/order/saga/machine.ts'
import {
  type Command,
  isStep,
  participantOf,
  type SagaState,
  sagaStates,
  steps,
  topicOf,
  undos,
} from '../../services/order/saga/steps.ts'
import { mermaid, tableOf } from './regions.ts'

const tries = 1
const order = { orderId: 'o-1', productId: 201, quantity: 2, amount: 1500, saga: 'orchestration' } as const

type Outcome = SagaReply['data']['outcome']
const answer = (saga: Saga, outcome: Outcome): Saga => {
  const { awaited, sequence } = saga
  if (awaited === null) return saga
  const data = { ...order, command: awaited.command, sequence, outcome, reason: 'no' } as SagaReply['data']
  return onReply(saga, { data }).state
}

/** What can come, in the words of the diagram. */
const causes = {
  done: (saga: Saga) => answer(saga, 'done'),
  refused: (saga: Saga) => answer(saga, 'refused'),
  'no answer': (saga: Saga) => onDeadline(saga, tries).state,
  'customer cancels': (saga: Saga) => giveUp(saga, 'cancelled by the customer').state,
  retry: (saga: Saga) => retry(saga).state,
  abandon: (saga: Saga) => abandon(saga, 'settled by hand').state,
} satisfies Record<string, (saga: Saga) => Saga>
type Cause = keyof typeof causes

export interface Passage {
  readonly from: string
  readonly cause: Cause
  readonly to: string
}

/** The command that is awaited, the end that was reached, or the wait for a person. */
const nameOf = (saga: Saga): string =>
  saga.attention !== null ? 'NEEDS_ATTENTION' : (saga.awaited?.command ?? stateOf(saga))
const keyOf = (saga: Saga): string => JSON.stringify([nameOf(saga), saga.awaited?.command, saga.undo])
/** Tells apart what was asked at different places of the way, too. */
const keyWithPath = (saga: Saga): string => keyOf(saga) + saga.path

/** A person who looks asks first; what else could come while they look is left out. */
const causesIn = ({ attention }: Saga): readonly Cause[] =>
  attention === null ? ['done', 'refused', 'no answer', 'customer cancels'] : ['retry', 'abandon']

/** Every saga that can be, the shortest way first; those with one key count as one. */
const allSagas = (key: (saga: Saga) => string = keyOf): Saga[] => {
  const found = new Map<string, Saga>()
  const waiting = [begin(order).state]
  for (let saga = waiting.shift(); saga !== undefined; saga = waiting.shift()) {
    if (found.has(key(saga))) continue
    found.set(key(saga), saga)
    for (const cause of causesIn(saga)) waiting.push(causes[cause](saga))
  }
  return [...found.values()]
}

/** Every way from one state to another, each once. */
export const passages = (): Passage[] => {
  const found = allSagas().flatMap((saga) =>
    causesIn(saga).flatMap((cause) => {
      const after = causes[cause](saga)
      return after === saga ? [] : [{ from: nameOf(saga), cause, to: nameOf(after) }]
    }),
  )
  return [...new Map(found.map((passage) => [JSON.stringify(passage), passage])).values()]
}

const ends = ['OrderCompleted', 'OrderCancelled']

/** Without what a person does: that is the table's. */
export const machineDiagram = (): string => {
  const all = passages().filter(({ from }) => from !== 'NEEDS_ATTENTION')
  const between = Map.groupBy(all, ({ from, to }) => `  ${from} --> ${to}`)
  return mermaid([
    'stateDiagram-v2',
    `  [*] --> ${nameOf(begin(order).state)}`,
    ...[...between].map(([arrow, ways]) => `${arrow}: ${ways.map(({ cause }) => cause).join(' or ')}`),
    ...ends.map((end) => `  ${end} --> [*]`),
  ])
}

/** Where the state that a line begins with stands in the list of states. */
const placeOf = (line: string): number => sagaStates.indexOf(line.trim().split(' ')[0] as SagaState)

/** The states of an order's path, and the command that leads from one to the next; a compensation that a person took upon himself leads nowhere new. */
export const pathDiagram = (): string => {
  const ways = allSagas(keyWithPath)
    .filter(({ attention, settledByHand }) => attention === null && settledByHand.length === 0)
    .flatMap((saga) =>
      (['done', 'refused'] as const).flatMap((cause) => {
        const { path } = causes[cause](saga)
        const added = path.slice(saga.path.length)
        const words = [saga.awaited?.command, cause === 'refused' ? cause : ''].join(' ').trim()
        return added.map((to, at) => {
          const arrow = `  ${path[saga.path.length + at - 1]} --> ${to}`
          return at === 0 ? `${arrow}: ${words}` : arrow
        })
      }),
    )
  return mermaid([
    'stateDiagram-v2',
    `  [*] --> ${stateOf(begin(order).state)}`,
    ...[...new Set(ways)].sort((a, b) => placeOf(a) - placeOf(b)),
    ...ends.map((end) => `  ${end} --> [*]`),
  ])
}

const reached = (command: Command): string => (isStep(command) ? steps[command].reaches : undos[command].reaches)

/** What each command leads to, whatever becomes of it. */
export const commandTable = (): string => {
  const commands = [...Object.keys(steps), ...Object.keys(undos)] as Command[]
  const sagas = allSagas()
  const rows = commands.map((command) => {
    const saga = sagas.find(({ awaited, attention }) => awaited?.command === command && attention === null)
    if (saga === undefined) throw new Error(`the saga never asks ${command}`)
    const stuck = causes['no answer'](saga)
    const [done, refused, abandoned] = [causes.done(saga), causes.refused(saga), causes.abandon(stuck)]
    const undo = isStep(command) ? `\`${steps[command].undo}\`` : ''
    return [
      `\`${command}\``,
      participantOf(command),
      `\`${topicOf(command)}\``,
      undo,
      reached(command),
      ...[done, refused, abandoned].map((after) => nextOf(after)),
    ]
  })
  return tableOf(
    ['command', 'asked of', 'topic', 'undone by', 'done means', 'then', 'if refused', 'if abandoned by a person'],
    rows,
  )
}

const nextOf = (saga: Saga): string => {
  const name = nameOf(saga)
  return saga.attention === null && saga.awaited !== null ? `\`${name}\`` : name
}
