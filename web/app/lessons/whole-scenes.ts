import type { Scene } from './scene.ts'

/** What only nine services, two kinds of saga, and a door with a guard can show. */
export const WHOLE_SCENES: readonly Scene[] = [
  {
    id: 'carrier-refuses',
    title: 'The carrier refuses',
    needs: 'shipping',
    question: 'Paid, reserved, and then the carrier will not take the parcel. Which services have to undo something?',
    choices: [
      'Shipping alone.',
      'Payment and inventory, each what it did.',
      'None: the order waits for another carrier.',
    ],
    right: 1,
    first: {
      button: 'Let the carrier refuse, place three orders',
      acts: [
        { kind: 'break', fault: 'ship-refuse', settings: { percent: 100 }, seconds: 30 },
        { kind: 'order', count: 3 },
      ],
      look: 'The way back (◀): stock-restored, payment-refunded and order-cancelled, from the last step to the first.',
    },
    watch: ['cancelled', 'confirmed', 'messages', 'critical'],
    why: 'The later a step fails, the more there is to undo. Each service knows how to take its own step back, and does so once, whichever message tells it first.',
  },
  {
    id: 'two-sagas',
    title: 'Choreography and orchestration',
    needs: 'shipping',
    question: 'The same refusal, but one service leads the order by commands and waits for answers. What is different?',
    choices: [
      'Nothing has to be undone.',
      'One place knows each step; it takes more messages.',
      'It is all one transaction.',
    ],
    right: 1,
    first: {
      button: 'Refuse three choreographed orders',
      acts: [
        { kind: 'break', fault: 'ship-refuse', settings: { percent: 100 }, seconds: 60 },
        { kind: 'order', count: 3 },
      ],
      look: 'Events: nobody is told what to do. Keep the number of messages in mind.',
    },
    second: {
      button: 'Refuse three orchestrated ones',
      acts: [
        { kind: 'break', fault: 'ship-refuse', settings: { percent: 100 }, seconds: 60 },
        { kind: 'order', count: 3, saga: 'orchestration' },
      ],
      look: 'Commands go out from order, replies come back; the undoing runs in the reverse order of the steps.',
    },
    watch: ['messages', 'cancelled', 'critical'],
    why: 'Both undo the same. Events couple services least, but no place shows the whole way. An orchestrator shows it, keeps deadlines, and is one more thing that has to survive.',
  },
  {
    id: 'orchestrator-crash',
    title: 'The orchestrator dies half way',
    needs: 'shipping',
    question:
      'The order service leads an order: stock is reserved, the command to charge is written, and the process dies. What now?',
    choices: ['The stock stays reserved for ever.', 'It begins again, and charges twice.', 'It goes on where it was.'],
    right: 2,
    first: {
      button: 'Crash it there, place an orchestrated order',
      acts: [
        { kind: 'break', fault: 'saga-crash', settings: { restartAfter: 3 }, seconds: 60 },
        { kind: 'order', count: 1, saga: 'orchestration' },
      ],
      look: 'order goes down, and the story stands still; when it is back, the next command goes out.',
    },
    watch: ['confirmed', 'running', 'outbox'],
    why: 'State, command and what would have to be undone are written in one transaction before anything is sent. A command that is asked twice is done once: its answer was noted too.',
  },
  {
    id: 'identity-down',
    title: 'Nobody checks the passports',
    needs: 'identity',
    question: 'The service that issues tokens is down, and each request needs a token. Who can still place an order?',
    choices: [
      'Nobody: each token is checked there.',
      'Whoever has a token already.',
      'Everybody: without it, doors are open.',
    ],
    right: 1,
    first: {
      button: 'Stop identity, place orders, try to log in',
      acts: [
        { kind: 'order', count: 1 },
        { kind: 'break', fault: 'identity-down', seconds: 20 },
        { kind: 'order', count: 5 },
        { kind: 'deed', deed: 'log-in' },
      ],
      look: 'The orders go through; logging in does not.',
    },
    watch: ['confirmed', 'running', 'cancelled'],
    why: 'A token is signed. Gateway and services hold the public keys and check the signature themselves, so identity is needed to begin, not to go on, until the token ends.',
  },
  {
    id: 'gateway-overloaded',
    title: 'Too many at the door',
    needs: 'gateway',
    question:
      'The gateway can work on five requests at once, half a second each. 25 orders a second arrive. What becomes of them?',
    choices: [
      'All wait their turn, for longer and longer.',
      'Some are sent away at once, the others get in.',
      'The services behind it break down.',
    ],
    right: 1,
    first: {
      button: 'Overload it, 25 orders a second',
      acts: [
        { kind: 'break', fault: 'gateway-overload', settings: { ms: 500, atOnce: 5 }, seconds: 20 },
        { kind: 'order', count: 75, ratePerS: 25 },
      ],
      look: 'Those that get in are confirmed as fast as ever.',
    },
    second: {
      button: 'Stop the order service instead',
      acts: [
        { kind: 'mend', fault: 'gateway-overload' },
        { kind: 'break', fault: 'pause', settings: { service: 'order' }, seconds: 8 },
        { kind: 'order', count: 30, ratePerS: 10 },
      ],
      look: 'After a few failures the breaker opens: nobody waits for a service that does not answer.',
    },
    watch: ['confirmed', 'running', 'critical'],
    why: 'A queue without an end only makes everybody late. Saying no at once, with a word when to come again, keeps the promise to those who are inside. A breaker does so for a service that is ill.',
  },
  {
    id: 'rebuild-figures',
    title: 'All figures made anew',
    needs: 'analytics',
    question: 'A figure was computed wrong for weeks. The code is mended now. How do the old figures get right?',
    choices: [
      'They do not: the past is gone.',
      'All events are read again, while the old ones serve.',
      'The shop is closed for a night.',
    ],
    right: 1,
    first: {
      button: 'Ten orders, then count everything anew',
      acts: [
        { kind: 'order', count: 10 },
        { kind: 'deed', deed: 'rebuild-figures' },
      ],
      look: 'The shop runs on, and every question meanwhile has an answer.',
    },
    watch: ['confirmed', 'lag', 'messages'],
    why: 'The log is the truth, a read model only a view of it. It is built beside the old one, and takes its place in one transaction when it has caught up.',
  },
  {
    id: 'forget-user',
    title: 'Forget me',
    needs: 'identity',
    question: 'A user wants to be forgotten. Her name is in events on a log that nobody can change. What can be done?',
    choices: [
      'Nothing: what is written is written.',
      'Delete the key that her fields are sealed with.',
      'Write the log anew without her.',
    ],
    right: 1,
    first: {
      button: 'Register Ann, and forget her',
      acts: [{ kind: 'deed', deed: 'forget-user' }],
      look: 'The event does not change by a byte. What has changed is that nobody can read it.',
    },
    watch: ['messages', 'deadLetters'],
    why: 'Each user has a key of her own; personal fields are sealed with it before they are published. Without the key every copy of the log, backups too, holds noise in their place.',
  },
]
