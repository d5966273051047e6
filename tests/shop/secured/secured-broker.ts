import { anyFreePort } from '../../../cli/broker/ports.ts'
import { startBroker, type ThrowawayBroker } from '../../../cli/broker/throwaway.ts'

export interface SecuredBroker extends ThrowawayBroker {
  /** host:port of the door that asks for a name and a password, and lets nobody do what no ACL allows. */
  readonly guarded: string
}

/** A broker with two doors: the usual one, whose guests may do everything, and a guarded one. `users`: names and passwords. */
export async function startSecuredBroker(dir: string, users: Readonly<Record<string, string>>): Promise<SecuredBroker> {
  const guarded = `127.0.0.1:${await anyFreePort()}`
  const known = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`)
  const broker = await startBroker({
    dir,
    settings: ({ port, controllerPort }) => `
listeners=PLAINTEXT://127.0.0.1:${port},GUARDED://${guarded},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},GUARDED://${guarded}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,GUARDED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.guarded.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${known.join(' ')};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:ANONYMOUS
`,
  })
  return { ...broker, guarded }
}
