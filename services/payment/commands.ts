import type { Decision } from '../../kit/service/decision.ts'
import type { DataOf, EventOf, NewEvent } from '../contracts/catalogue.ts'
import {
  bar,
  charge,
  createDecide as createReaction,
  type Declines,
  type Payment,
  type PaymentEmission as PaymentFact,
  type PaymentEvent as PaymentNews,
  refund,
} from './domain.ts'

export type PaymentEvent = PaymentNews | EventOf<'payment.saga.command'>
export type PaymentEmission = PaymentFact | NewEvent<'payment.saga.reply'>
type PaymentDecision = Decision<Payment | undefined, PaymentEmission>

/** What the payment service does, whoever leads the saga: the events of the choreography and the commands of the orchestration, over one domain. */
export const createDecide = (declines: Declines) => {
  const react = createReaction(declines)
  return (event: PaymentEvent, payment: Payment | undefined): PaymentDecision =>
    event.eventType === 'payment.saga.command' ? obey(event.data, payment, declines) : react(event, payment)
}

type Asked = DataOf<'payment.saga.command'>

/** Does what is asked once, and answers every time: with what became of it. */
const obey = (asked: Asked, before: Payment | undefined, declines: Declines): PaymentDecision => {
  const { command, sequence, reason: _reason, ...order } = asked
  const { state, emit } = act(asked, before, declines)
  const refusal = command === 'charge' ? whyNotPaid(state) : null
  const outcome = refusal === null ? ({ outcome: 'done' } as const) : ({ outcome: 'refused', reason: refusal } as const)
  const data = { ...order, command, sequence, ...outcome }
  return { state, emit: [...emit, { type: 'payment.saga.reply', data, occurrence: sequence }] }
}

/** A refund that comes before its charge bars it. That a charge is good or bad is said by the reply. */
const act = (
  asked: Asked,
  before: Payment | undefined,
  declines: Declines,
): Decision<Payment | undefined, PaymentFact> => {
  const { command, sequence: _sequence, reason = 'cancelled', ...order } = asked
  if (command === 'charge') return { state: before ?? charge(order, declines).state, emit: [] }
  return before === undefined ? bar({ ...order, reason }) : refund({ ...order, reason }, before)
}

const whyNotPaid = (payment: Payment | undefined): string | null => {
  if (payment?.status === 'PAID') return null
  return payment?.status === 'DECLINED' && payment.reason !== null
    ? payment.reason
    : `the payment is ${payment?.status}: ${payment?.reason}`
}
