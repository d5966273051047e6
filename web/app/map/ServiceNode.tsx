import type { ServiceBox } from '../../hub/protocol.ts'
import { usePage, usePageState, useWorld } from '../state/page.ts'
import { visible } from '../ui/words.ts'
import type { Node } from './layout.ts'
import { Pile } from './Pile.tsx'

const HEALTH = { up: 'up', starting: 'starting', frozen: 'frozen', down: 'down' } as const
/** As many hues as a map shows services at most; after that they come again, with other letters. */
export const HUES = 8

export function ServiceNode({ service, index, node }: { service: ServiceBox; index: number; node: Node | undefined }) {
  const { actions } = usePage()
  const state = useWorld((world) => world.services.find(({ name }) => name === service.name), undefined)
  const lag = useWorld((world) => world.groups.find((group) => group.service === service.name)?.lag ?? 0, 0)
  const broken = useWorld(
    (world) =>
      world.faults.filter(
        ({ target, phase }) => target === service.name && (phase === 'asked' || phase === 'confirmed'),
      ).length,
    0,
  )
  if (!node) return null
  const { x, y, width, height } = node
  const health = state?.health ?? 'up'
  const outbox = state?.outboxDepth ?? 0
  const instances = state?.instances ?? 1
  return (
    <>
      <button
        type="button"
        className={`service ${health} ${broken ? 'broken' : ''}`}
        style={{ left: x - width / 2, top: y - height / 2, width, height }}
        onClick={() => actions.openNode(service.name)}
      >
        <span className={`letter hue-${index % HUES}`} aria-hidden="true">
          {visible(service.letter)}
        </span>
        <span className="service-name">{visible(service.name)}</span>
        <span className="service-state">
          <span className={`health ${health}`}>{HEALTH[health]}</span>
          {instances > 1 && <span>×{instances}</span>}
          {broken > 0 && <span className="fault-chip">⚡{broken}</span>}
        </span>
      </button>
      <Doings service={service.name} x={x + width / 2} y={y - height / 2} />
      <Pile lag={lag} outbox={outbox} x={x - width / 2} y={y + height / 2} />
    </>
  )
}

const SAYS = {
  handled: () => '',
  'duplicate-ignored': () => '◎ ignored: already handled',
  retry: (attempt: number) => `↻ attempt ${attempt}`,
  'dead-lettered': (attempt: number) => `✚ dead letter after ${attempt}`,
  failed: () => '◆ failed',
} as const

/** The newest thing that this service did beside simply handling, and how many there were of it in the last seconds. */
function Doings({ service, x, y }: { service: string; x: number; y: number }) {
  const handlings = usePageState((state) => state.handlings)
  const own = handlings.filter((one) => one.service === service)
  const last = own.at(-1)
  if (!last) return null
  const same = own.filter(({ outcome }) => outcome === last.outcome).length
  return (
    <span className={`doing ${last.outcome}`} style={{ left: x, top: y }}>
      {SAYS[last.outcome](last.attempt)}
      {same > 1 && ` ×${same}`}
    </span>
  )
}
