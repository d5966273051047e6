/** What no rule can judge: the student marks it with a checklist, and the instructor by hand. */
import type { ManualItem } from '../../cli/check/manual.ts'
import { FILES, type FileName, pathOf, read, type Texts } from './design.ts'

type OpenQuestion = Pick<ManualItem, 'id' | 'ask' | 'marks' | 'checklist'>

/** An answer of fewer words is none. */
const WORDS = 15

const flow = (name: string, ask: string, checklist: readonly string[]): OpenQuestion => ({
  id: `flows.${name}`,
  ask,
  marks: 2,
  checklist,
})

export const OPEN_QUESTIONS: readonly OpenQuestion[] = [
  flow('reserve-stock', 'Why this pattern for reserving the stock?', [
    'names what the choice makes easy here (adding a reader, or seeing the whole flow in one place)',
    'names a price of the choice',
  ]),
  flow('reservation-result', 'Why this pattern for the result of the reservation?', [
    'says who decides what comes next, and where that is written down',
    'says what happens when the result never comes',
  ]),
  flow('notify-customer', 'Why this pattern for telling the customer?', [
    'says that nobody waits for the mail, and that no step is undone when it fails',
    'says how the notification service stays independent: it only listens',
  ]),
  flow('undo-declined-payment', 'Why this pattern for undoing after a declined payment?', [
    'says which steps are to be undone, and in which order',
    'says how one sees that an undo is still open',
  ]),
  {
    id: 'consistency.pending',
    ask: 'The customer looks at the order before it is decided. What do API and page say?',
    marks: 3,
    checklist: [
      'the API answers at once with the status PENDING, not with an error and not by waiting',
      'the page says in plain words that the order is taken and being worked on',
      'the customer hears of the end by themselves: a mail, or the page asks again',
    ],
  },
  {
    id: 'consistency.crashed',
    ask: 'Inventory dies between reserving and telling. How does the order still come to an end?',
    marks: 3,
    checklist: [
      'outbox: reservation and event are written in one transaction, and a relay publishes later',
      'the relay may publish twice, so readers drop what they have seen (inbox, or the order id as idempotency key)',
      'the offset was not committed, so OrderPlaced may come again: the reservation must not happen twice',
    ],
  },
  {
    id: 'consistency.asleep',
    ask: 'Notification is down for two hours. What happens to its events?',
    marks: 3,
    checklist: [
      'they wait in the topic; retention is far longer than two hours',
      'the group goes on at its committed offset: no event is left out, some may come twice',
      'the mails are late: say how long catching up takes, or which mails are no longer worth sending',
    ],
  },
  {
    id: 'consistency.rest',
    ask: 'A colleague wants a REST call to inventory instead. Two advantages, two disadvantages.',
    marks: 4,
    checklist: [
      'advantage: the answer is there at once, so the customer can be told',
      'advantage: fewer moving parts, easier to follow and to debug',
      'disadvantage: when inventory is down, no order can be taken; slow inventory makes orders slow',
      'disadvantage: no record to replay, each new reader needs a change in order, and a lost answer leaves doubt',
    ],
  },
  {
    id: 'operations.watching',
    ask: 'With which tool do you watch the lag of all groups, and who is woken?',
    marks: 2,
    checklist: [
      'a tool that measures by itself: an exporter with Prometheus and Grafana, Burrow, …; and a command for the moment',
      'an alarm on time behind or growing lag, with a person who gets it',
    ],
  },
  {
    id: 'operations.replay',
    ask: 'How do you replay dead letters without disturbing the main group?',
    marks: 2,
    checklist: [
      'first find and mend the cause, then replay a few, then the rest slowly',
      'a reader of its own reads the letters; ids are kept, so whoever handled the event already drops it',
    ],
  },
]

/** The open answers of a design, in the order of the tasks. What cannot be read counts as not written. */
function openAnswers(texts: Texts): ManualItem[] {
  const given = new Map<string, { answer: string; selfMark: number | null }>()
  const flows = read(texts, 'flows')
  if (flows.ok) for (const one of flows.value.flows) given.set(`flows.${one.flow}`, { ...one, answer: one.reason })
  const consistency = read(texts, 'consistency')
  if (consistency.ok) for (const [name, one] of Object.entries(consistency.value)) given.set(`consistency.${name}`, one)
  const operations = read(texts, 'operations')
  if (operations.ok) {
    const { watching, replay } = operations.value
    given.set('operations.watching', watching)
    given.set('operations.replay', { answer: replay.steps, selfMark: replay.selfMark })
  }
  return OPEN_QUESTIONS.map((question) => {
    const { answer, selfMark } = given.get(question.id) ?? { answer: '', selfMark: null }
    const written = answer.split(/\s+/).filter(Boolean).length >= WORDS
    return { ...question, answer, written, selfMark: selfMark === null ? null : Math.min(selfMark, question.marks) }
  })
}

/** The same, from the files of a workspace: `file` gives a text, or null. */
export async function openAnswersIn(file: (name: string) => Promise<string | null>): Promise<ManualItem[]> {
  const texts = await Promise.all(FILES.map(async (name) => [name, await file(pathOf(name))] as const))
  return openAnswers(Object.fromEntries(texts) as Record<FileName, string | null>)
}
