import { SERVICES, type Service } from '../check/contract.ts'

export interface Places {
  readonly brokers: string
  readonly dir: string
  readonly ports: Readonly<Record<Service, number>>
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
/** What kafkajs makes newer versions of Node say; the first handout tells of it, once. */
const NODE_WARNING = /^.*TimeoutNegativeWarning.*\n.*\n.*trace-warnings.*\n/gm

/**
 * Takes out of an output what is another in each run: ids (`<id 1>` is the same id wherever it stands), times, durations,
 * and where on this machine it ran.
 */
export function scrubber({ brokers, dir, ports }: Places): (text: string) => string {
  const ids = new Map<string, string>()
  const idName = (id: string) => {
    const name = ids.get(id) ?? `<id ${ids.size + 1}>`
    ids.set(id, name)
    return name
  }
  return (text) => {
    const plain = text
      .replace(NODE_WARNING, '')
      .replace(UUID, idName)
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/\([\d.]+ms\)/g, '(… ms)')
      .replace(/duration_ms [\d.]+/g, 'duration_ms …')
      .replaceAll(brokers, 'localhost:9092')
      .replaceAll(dir, 'my-shop')
    return SERVICES.reduce((done, name, index) => done.replaceAll(`:${ports[name]}`, `:500${index}`), plain)
  }
}
