/** How a broker for a lab differs from one in production, and where it listens. */
export interface BrokerPlace {
  /** Clients connect here, on 127.0.0.1 alone. */
  readonly port: number
  readonly controllerPort: number
  /** Absolute; topics live here. */
  readonly dataDir: string
}

export function serverProperties({ port, controllerPort, dataDir }: BrokerPlace): string {
  return `# Written by lab at every start.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${escaped(dataDir)}
${LAB_SETTINGS}`
}

/** Java reads such a file as Latin-1, and a backslash as the beginning of something. */
function escaped(value: string): string {
  const code = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  return value.replaceAll('\\', '\\\\').replaceAll(/[^\x20-\x7e]/g, code)
}

/** Topics are made on purpose; groups form at once; a session may be short, so that a lesson need not wait for it; one broker is enough.
 * After a kill the controller holds the dead broker's registration for its session: nine seconds by default, too long for a lesson. */
const LAB_SETTINGS = `auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=400
group.min.session.timeout.ms=500
offsets.topic.replication.factor=1
offsets.topic.num.partitions=10
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=5
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=5
log.cleaner.dedupe.buffer.size=16777216
`

/** Warnings and the few lines that say what the broker is; all of INFO is 1,400 lines a start. */
export const LOG_SETTINGS = `status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
logger.started.name=kafka.server.KafkaRaftServer
logger.started.level=info
logger.version.name=org.apache.kafka.common.utils.AppInfoParser
logger.version.level=info
`

/** Java takes the names of files for ASCII unless the locale says otherwise: a folder may be called Übung. */
export function jvmEnvironment(env: Readonly<NodeJS.ProcessEnv> = process.env): NodeJS.ProcessEnv {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  if (/utf-?8/i.test(locale)) return { ...env }
  return { ...env, LC_ALL: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8' }
}

/** A small heap: the figures of a lab, 290 MB resident when idle. Without the file in /tmp that tools read, which a killed JVM leaves behind. */
export const JVM_FLAGS = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:-UsePerfData', '-Djava.awt.headless=true']

/** Without Java's second compiler, whose work pays off after about a minute under load: for programs that do not live that long. */
export const SHORT_LIVED = ['-XX:TieredStopAtLevel=1']
