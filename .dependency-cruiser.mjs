/**
 * The walls of the house. Each rule says what to do instead; `npm run check` holds them.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Two modules that need each other are one module, or hide a third: move what both need into its own file.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'kit-knows-no-shop',
      severity: 'error',
      comment:
        'The kit serves any set of services. Pass the event catalogue or the decision in as an argument instead.',
      from: { path: '^kit/' },
      to: { path: '^(services|cli|web|labs|answer-key)/' },
    },
    {
      name: 'kafkajs-only-in-kit-kafka',
      severity: 'error',
      comment:
        'Its traps are worked around once. Use the Bus of kit/kafka/bus.ts; if a method is missing there, add it there.',
      from: { path: '^(kit|services|cli|web|labs/[^/]+/checks)', pathNot: '^kit/kafka/' },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'services-meet-in-contracts',
      severity: 'error',
      comment:
        'Services share events, never code or tables. Put the event into services/contracts, or the mechanism into kit.',
      from: { path: '^services/([^/]+)/', pathNot: '^services/contracts/' },
      to: { path: '^services/([^/]+)/', pathNot: ['^services/contracts/', '^services/$1/'] },
    },
    {
      name: 'contracts-know-no-service',
      severity: 'error',
      comment: 'The catalogue is what services agree on; it may not depend on one of them.',
      from: { path: '^services/contracts/' },
      to: { path: '^(services/(?!contracts/)|cli|web|labs)' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment:
        'A domain imports event types alone. Give it time, ids and settings as arguments; do I/O in application.ts or storage.ts.',
      from: { path: '^services/[^/]+/domain\\.ts$' },
      to: { pathNot: '^services/contracts/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-types-from-contracts-or-kit-only',
      severity: 'error',
      comment: 'Even types of a domain come from the contracts (events) or from kit/service (the shape of a decision).',
      from: { path: '^services/[^/]+/domain\\.ts$' },
      to: { pathNot: '^(services/contracts/|kit/service/decision\\.ts$)' },
    },
    {
      name: 'arrows-point-inward',
      severity: 'error',
      comment: 'main → api, messaging → application → domain. What the inner file needs is passed in by main.ts.',
      from: { path: '^services/([^/]+)/application\\.ts$' },
      to: { path: '^services/$1/(api|messaging|main)\\.ts$' },
    },
    {
      name: 'edges-do-not-meet',
      severity: 'error',
      comment: 'The HTTP edge and the Kafka edge share use cases (application.ts), not each other.',
      from: { path: '^services/([^/]+)/(api|messaging|storage)\\.ts$' },
      to: { path: '^services/$1/(api|messaging|main)\\.ts$' },
    },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      comment: 'main.ts wires and starts; anything worth importing lives in another file.',
      from: { path: '^services/' },
      to: { path: '^services/[^/]+/main\\.ts$' },
    },
    {
      name: 'labs-import-the-check-engine-only',
      severity: 'error',
      comment: 'A lab part is data and checks written in the vocabulary of cli/check; extend that vocabulary instead.',
      from: { path: '^labs/', pathNot: '^labs/[^/]+/starter/' },
      to: { path: '^(cli/(?!check/)|services|web|kit|answer-key)/' },
    },
    {
      name: 'nobody-imports-the-answer-key',
      severity: 'error',
      comment: 'labs/ is handed out without it. Run a solution as a process, from a path given by a test.',
      from: { pathNot: '^answer-key/' },
      to: { path: '^answer-key/' },
    },
    {
      name: 'programs-do-not-import-the-cli',
      severity: 'error',
      comment: 'kit and services run without the CLI. Move what they need into kit.',
      from: { path: '^(kit|services)/' },
      to: { path: '^(cli|web)/' },
    },
    {
      name: 'page-meets-hub-in-protocol',
      severity: 'error',
      comment: 'The page knows the back end by web/hub/protocol.ts alone.',
      from: { path: '^web/app/' },
      to: { path: '^(web/hub/(?!protocol\\.ts$)|kit|cli|services/(?!contracts/))' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/starter/|^answer-key/)' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
