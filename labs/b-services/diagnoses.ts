import { failWith } from '../../cli/check/verdict.ts'

export const diagnoses = {
  'service.exited': {
    expected: 'the service to start and stay',
    cause: 'It ended by itself; its last words are above.',
    next: 'start the service yourself with its command of lab.json',
    dead: true,
  },
  'service.never-listens': {
    expected: 'an answer on the port of the variable PORT within 15 s of the start',
    cause: 'The service does not listen, or listens on a fixed port and ignores PORT.',
    next: 'listen on process.env.PORT, with the default of the contract where it is absent',
    late: true,
    dead: true,
  },
  'service.never-answers': {
    expected: 'an answer to GET /health',
    cause: 'The service takes the connection and never answers: the handler does not end its response.',
    next: 'curl -i http://localhost:$PORT/health',
    late: true,
  },
  'service.health-wrong': {
    expected: '200 and JSON with "status": "ok" and "service": the name of the service',
    cause: 'The route is missing, or its answer lacks one of the two fields.',
    next: 'curl -i http://localhost:$PORT/health',
  },
  'service.openapi-invalid': {
    expected: 'a valid OpenAPI 3 document at GET /openapi.json',
    cause: 'The route is missing, or the document lacks a field that OpenAPI asks for.',
    next: 'curl -i http://localhost:$PORT/openapi.json',
  },
  'service.openapi-no-orders': {
    expected: 'POST /api/orders among the paths of the order service',
    cause: 'The document does not describe the one thing that the shop is there for.',
    next: 'add the path /api/orders with its post operation',
  },
  'service.docs-wrong': {
    expected: 'an HTML page at GET /docs that names openapi.json or lists the paths',
    cause: 'The route is missing, does not send HTML, or its page does not lead to the document.',
    next: 'curl -iL http://localhost:$PORT/docs',
  },
  'service.ignores-sigterm': {
    expected: 'the process to be gone within 5 s of SIGTERM',
    cause:
      'Something keeps the process alive: an open server, a connected client, a timer; or SIGTERM is caught and nothing follows.',
    next: 'on SIGTERM: close the server, disconnect the clients, let the process end',
    late: true,
  },
  'service.exit-code': {
    expected: 'exit code 0 after SIGTERM',
    cause: 'Without a handler for SIGTERM the process is killed by the signal instead of ending by itself.',
    next: 'handle SIGTERM: close the server, disconnect the clients, let the process end',
  },
  'service.still-in-group': {
    expected: 'no member of a consumer group left behind',
    cause:
      'The consumer was not disconnected, so the broker waits for it until its session runs out; until then its partitions are not read.',
    next: 'disconnect the consumer on SIGTERM before the process ends',
  },
} as const

export const fail = failWith(diagnoses)
