import type { GroupState, ServiceBox, TopicBox } from '../../hub/protocol.ts'
import { FaultSwitch } from '../faults/FaultSwitch.tsx'
import { useControl, usePage, usePageState, useWorld } from '../state/page.ts'
import { EventButton } from '../story/Events.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { count, span, visible } from '../ui/words.ts'

/** What stands behind a box of the map. */
export function NodeCard() {
  const { actions } = usePage()
  const name = usePageState(({ url }) => url.node)
  const topology = useWorld((world) => world.topology, null)
  const service = topology?.services.find((one) => one.name === name)
  const topic = topology?.topics.find((one) => one.name === name)
  if (!service && !topic) return null
  return (
    <Dialog title={visible(name ?? '')} wide onClose={() => actions.openNode(null)}>
      {service ? <ServiceCard service={service} /> : topic && <TopicCard topic={topic} />}
    </Dialog>
  )
}

const NONE = [] as const
const INSTANCES = [1, 2, 3] as const

function ServiceCard({ service: { name, url, group: groupName } }: { service: ServiceBox }) {
  const { actions } = usePage()
  const control = useControl()
  const state = useWorld((world) => world.services.find((one) => one.name === name), undefined)
  const canScale = useWorld(({ topology }) => topology.can?.scale ?? true, true)
  const group = useWorld((world) => world.groups.find((one) => one.service === name), undefined)
  const faults = useWorld((world) => world.faults, NONE).filter(({ target }) => target === name)
  return (
    <>
      <p>
        {state?.health ?? 'unknown'}
        {url && ` at ${visible(url)}`}
        {state?.outboxDepth != null && `, outbox ${count(state.outboxDepth)} rows`}
        {state?.outboxOldestMs != null && `, the oldest ${span(state.outboxOldestMs)}`}
      </p>
      <p className="actions">
        {INSTANCES.map((instances) => (
          <button
            key={instances}
            type="button"
            disabled={!control || !canScale}
            aria-pressed={state?.instances === instances}
            onClick={() => void actions.scale(name, instances)}
          >
            {instances} {instances === 1 ? 'instance' : 'instances'}
          </button>
        ))}
        {!canScale && (
          <span className="empty">This shop runs one of each: only the lab's own can be scaled from here.</span>
        )}
      </p>
      {group ? (
        <Members group={group} />
      ) : (
        <p className="empty">{groupName ? `${visible(groupName)} has no members yet.` : 'It reads nothing.'}</p>
      )}
      {faults.length > 0 && (
        <section>
          <h3>Break it</h3>
          <div className="fault-grid">
            {faults.map((fault) => (
              <FaultSwitch key={fault.id} fault={fault} />
            ))}
          </div>
        </section>
      )}
    </>
  )
}

/** Which instance has which partitions, and how far each is behind. */
function Members({ group: { group, state, members, lagByPartition } }: { group: GroupState }) {
  return (
    <section>
      <h3>
        {visible(group)} <small>{visible(state)}</small>
      </h3>
      <table>
        <thead>
          <tr>
            <th scope="col">instance</th>
            <th scope="col">reads</th>
          </tr>
        </thead>
        <tbody>
          {members.map(({ id, partitions }, index) => (
            <tr key={id}>
              <th scope="row" title={visible(id)}>
                {index + 1}
              </th>
              <td>
                {Object.entries(partitions)
                  .map(([topic, list]) => `${visible(topic)} ${list.join(', ')}`)
                  .join(' · ') || 'nothing: there are more instances than partitions'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        {lagByPartition.filter(({ lag }) => lag > 0).length === 0
          ? 'Nothing waits.'
          : `Waiting: ${lagByPartition
              .filter(({ lag }) => lag > 0)
              .map(({ topic, partition, lag }) => `${count(lag)} in ${visible(topic)}/${partition}`)
              .join(', ')}.`}
      </p>
    </section>
  )
}

function TopicCard({ topic: { name, summary, partitions, kind } }: { topic: TopicBox }) {
  const { actions } = usePage()
  const control = useControl()
  const recent = usePageState((state) => state.recent).filter((dot) => dot.topic === name)
  const groups = useWorld((world) => world.groups, NONE).filter(({ lagByPartition }) =>
    lagByPartition.some(({ topic }) => topic === name),
  )
  return (
    <>
      <p>
        {visible(summary)} {partitions > 0 && `${partitions} partitions.`}
      </p>
      <h3>Who reads it</h3>
      {groups.length === 0 && <p className="empty">{kind === 'event' ? 'Nobody, now.' : 'Nobody but you.'}</p>}
      <ul className="plain-list">
        {groups.map(({ group, lagByPartition }) => (
          <li key={group}>
            {visible(group)}:{' '}
            {lagByPartition
              .filter(({ topic }) => topic === name)
              .map(
                ({ partition, lag }) => `partition ${partition} ${lag === 0 ? 'up to date' : `${count(lag)} behind`}`,
              )
              .join(', ')}{' '}
            <button type="button" disabled={!control} onClick={() => void actions.rewind(group, name)}>
              Read from the beginning
            </button>
          </li>
        ))}
      </ul>
      <h3>Newest events</h3>
      {recent.length === 0 && <p className="empty">None in the last minute.</p>}
      <ol className="events plain-list">
        {recent.slice(0, 12).map((dot) => (
          <li key={dot.seq}>
            <EventButton dot={dot} />
          </li>
        ))}
      </ol>
    </>
  )
}
