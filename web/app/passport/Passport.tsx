import type { Dot, EdgeCount, Passport as PassportData } from '../../hub/protocol.ts'
import { usePage, usePageState, useWorld } from '../state/page.ts'
import { placeIn } from '../state/place.ts'
import { EventButton } from '../story/Events.tsx'
import { useAsked } from '../story/use-asked.ts'
import { Waterfall } from '../story/Waterfall.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Raw } from '../ui/Raw.tsx'
import { Shape } from '../ui/Shape.tsx'
import { clock, count, span, visible } from '../ui/words.ts'

/** All there is to know of one record of the log. */
export function Passport() {
  const { actions, source } = usePage()
  const key = usePageState(({ url }) => url.event)
  const place = key === null ? null : placeIn(key)
  // Who has read it shows only once they committed: each commit in its topic may be the one.
  const commits = useWorld(({ counts }) => (place === null ? '' : commitsIn(place.topic, counts)), '')
  const { value, error } = useAsked(key ?? '', key && `${key} ${commits}`, () => source().passport(placeIn(key ?? '')))
  if (!place) return null
  return (
    <Dialog
      title={visible(value?.dot.type ?? place.topic).slice(0, 80)}
      wide
      onClose={() => actions.openPassport(null)}
    >
      {error && <p className="empty">{error}</p>}
      {!value && !error && <p className="empty">Asking for it …</p>}
      {value && <Body passport={value} />}
    </Dialog>
  )
}

const commitsIn = (topic: string, counts: Readonly<Record<string, EdgeCount>>): string =>
  Object.entries(counts)
    .map(([edge, count]) => (edge.startsWith(`${topic}>`) ? count.ok : ''))
    .join(' ')

function Body({ passport }: { passport: PassportData }) {
  const { actions } = usePage()
  const { dot, problems, headers, spans } = passport
  return (
    <>
      <Facts passport={passport} />
      {dot.orderId && (
        <p>
          <button
            type="button"
            onClick={() => {
              actions.openPassport(null)
              actions.follow(dot.orderId)
            }}
          >
            The story of its order
          </button>
        </p>
      )}
      {problems.length > 0 && (
        <section>
          <h3>Not as its schema says</h3>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{visible(problem)}</li>
            ))}
          </ul>
        </section>
      )}
      <Family passport={passport} />
      <Readers passport={passport} />
      <section>
        <h3>What lies in the log</h3>
        <Raw text={passport.envelope === null ? passport.raw : JSON.stringify(passport.envelope, null, 2)} />
        {passport.rawBytes > 16_384 && <p>Cut: it has {count(passport.rawBytes)} bytes.</p>}
      </section>
      <Headers headers={headers} />
      {spans.length > 0 && <Waterfall spans={spans} />}
    </>
  )
}

function Readers({ passport: { handlings, groups } }: { passport: PassportData }) {
  if (handlings.length + groups.length === 0) return null
  return (
    <section>
      <h3>Who read it</h3>
      <ul>
        {handlings.map((one) => (
          <li key={`${one.service} ${one.attempt} ${one.at} ${one.outcome}`}>
            {visible(one.service)}: {one.outcome === 'duplicate-ignored' ? 'ignored, already handled' : one.outcome}
            {one.attempt > 1 && `, attempt ${one.attempt}`} <time>{clock(one.at)}</time>
          </li>
        ))}
        {groups.map(({ group, done, member }) => (
          <li key={group}>
            {visible(group)}: {done ? 'committed' : 'not committed yet'}
            {member && <small> {visible(member)}</small>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Headers({ headers }: { headers: PassportData['headers'] }) {
  if (Object.keys(headers).length === 0) return null
  return (
    <section>
      <h3>Headers</h3>
      <dl className="facts">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>{visible(name)}</dt>
            <dd>{visible(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Facts({ passport: { dot, rawBytes } }: { passport: PassportData }) {
  const facts: readonly (readonly [string, string])[] = [
    ['topic', dot.topic],
    ['partition', String(dot.partition)],
    ['offset', dot.offset],
    ['key', dot.key ?? 'none'],
    ['event id', dot.id ?? 'none'],
    ['order', dot.orderId ?? 'none'],
    ['from', dot.from ?? 'unknown'],
    ['to', dot.to.join(', ') || 'nobody'],
    ['published', clock(dot.at)],
    ['on the page', `${span(Math.max(0, dot.seen - dot.at))} later`],
    ['size', `${count(rawBytes)} bytes`],
  ]
  return (
    <>
      <p className="kind-line">
        <Shape kind={dot.duplicate ? 'duplicate' : dot.kind} />{' '}
        {dot.duplicate ? 'published again under the same id' : dot.kind}
      </p>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{visible(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function Family({ passport: { causedBy, causes, deadLetter, origin } }: { passport: PassportData }) {
  const kin: readonly (readonly [string, readonly Dot[]])[] = [
    ['Caused by', causedBy ? [causedBy] : []],
    ['Led to', causes],
    ['Its dead letter', deadLetter ? [deadLetter] : []],
    ['Died as', origin ? [origin] : []],
  ]
  return kin.map(([title, dots]) =>
    dots.length === 0 ? null : (
      <section key={title}>
        <h3>{title}</h3>
        {dots.map((dot) => (
          <EventButton key={dot.seq} dot={dot} />
        ))}
      </section>
    ),
  )
}
