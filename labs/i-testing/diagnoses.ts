import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'test.fails-on-right-shop': {
    expected: 'the command "test" to pass on a correct shop, twice running',
    cause:
      'The tests ask for something that the contract does not promise (a certain status code, an order of events, a fixed id, an empty topic), or do not wait long enough.',
    next: 'read what the test says above; wait for a condition instead of a fixed time; PAYMENT_FAIL_RATE is 0.5, so post orders until both outcomes came',
    late: true,
  },
  'test.never-ends': {
    expected: 'the command "test" to end within 180 s',
    cause: 'A client is still connected at the end, or a test waits for something without a deadline.',
    next: 'disconnect consumers and producers after the tests, and give every wait a deadline',
    late: true,
    dead: true,
  },
  'test.posts-nothing': {
    expected: 'at least one order posted to the shop at ORDER_URL',
    cause: 'The tests do not work the shop that they are given: another address, or no order at all.',
    next: 'post to the address in ORDER_URL',
  },
  'test.misses-a-fault': {
    expected: 'the command "test" to exit with another code than 0 on each of seven broken shops',
    cause: 'No test looks at what is broken there.',
    next: 'add a test that follows an order to this point and asserts what should be there, and what should not',
  },
} as const

export const fail = failWith(diagnoses)
