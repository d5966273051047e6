import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'event.command-failed': {
    expected: 'exit code 0 and one event a line on standard output',
    cause: 'The program threw before its end; its last words are above.',
    next: 'run the command "create-event" of lab.json yourself and type a line',
    dead: true,
  },
  'event.never-ends': {
    expected: 'the command to end when its standard input ends',
    cause: 'The program waits for more input, or something else keeps it alive.',
    next: 'end when standard input ends',
    late: true,
    dead: true,
  },
  'event.count': {
    expected: 'one event on standard output for each line on standard input',
    cause:
      'An event goes missing or is printed twice; often the last line, when the end of input comes before it is worked on.',
    next: 'echo two lines into the command and count what comes out',
  },
  'event.order': {
    expected: 'the events in the order of their lines',
    cause: 'Lines are worked on at the same time, so a later one can come out first.',
    next: 'work on one line after another',
  },
  'event.envelope': {
    expected: 'eventId (a string), eventType, timestamp (ISO 8601 in UTC) and data in each event',
    cause: 'A field of the envelope is missing or of another type.',
    next: 'compare one line of the output with the contract',
  },
  'event.data-changed': {
    expected: 'data to come out as it went in',
    cause:
      'The program builds data anew from the fields it knows, or changes their types. What it does not know must go through as well.',
    next: 'pass data on as it is',
  },
  'event.id-repeated': {
    expected: 'an id of its own for every event',
    cause: 'The id is made once, or of something that repeats, such as the order id or the milliseconds of the clock.',
    next: 'make the id with crypto.randomUUID() for each event',
  },
  'event.timestamp': {
    expected: 'a timestamp in UTC (Z or +00:00) that is now',
    cause: 'The time is local, made once for all, or not a time of this moment.',
    next: 'use new Date().toISOString() for each event',
  },
  'event.invalid-accepted': {
    expected: 'nothing on standard output for an invalid line',
    cause:
      'This rule is not checked, or it is checked too loosely: "NaN", a fraction and null are easily taken for numbers.',
    next: 'check the field before the event is made',
  },
  'event.good-lost': {
    expected: 'the good lines before and behind an invalid one to come out',
    cause: 'The program stops at the first invalid line.',
    next: 'report the line and go on with the next one',
  },
  'event.exit-zero': {
    expected: 'an exit code other than 0 when a line was invalid',
    cause: 'The problem is printed but whoever runs the command is told that all is well.',
    next: 'set the exit code when a line is refused',
  },
  'event.field-unnamed': {
    expected: 'the field that is wrong, named on standard error',
    cause: 'The message says that something is invalid, but not what.',
    next: 'put the name of the field into the message',
  },
  'event.line-unnamed': {
    expected: 'the number of the line that is not JSON, named on standard error, blank lines counted',
    cause: 'The number is not printed, or blank lines are not counted.',
    next: 'count every line that is read, and print the count',
  },
} as const

export const fail = failWith(diagnoses)
