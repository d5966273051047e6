import type { SagaStory, StoryStep } from '../../hub/protocol.ts'
import { followed } from '../state/followed.ts'
import { usePage, usePageState } from '../state/page.ts'
import { Shape } from '../ui/Shape.tsx'
import { clock, shortId, span, visible } from '../ui/words.ts'
import { columnsOf, longest, shares } from './steps.ts'
import { useAsked } from './use-asked.ts'
import { Waterfall } from './Waterfall.tsx'

/** As many spans as a projected panel has room for. */
const SPANS = 7

export function Story() {
  const { source } = usePage()
  const isPresenter = usePageState(({ url }) => url.view === 'presenter')
  const trace = usePageState(({ url }) => url.trace)
  const orderId = usePageState(followed)
  const version = usePageState(({ world }) => {
    const saga = orderId ? world?.sagas.get(orderId) : undefined
    return saga ? `${saga.events} ${saga.handlings} ${saga.status} ${saga.lastAt}` : ''
  })
  const { value: story, error } = useAsked(orderId ?? '', orderId && `${orderId} ${version}`, () =>
    source().story(orderId ?? ''),
  )
  return (
    <section className="card story" aria-label="Story of one order">
      <StoryHead orderId={orderId} story={story} />
      {error && <p className="empty">{error}</p>}
      {!orderId && <p className="empty">No order yet. Place one, and its steps appear here, those to come as well.</p>}
      {story &&
        isPresenter &&
        (trace && story.spans.length > 0 ? (
          <Waterfall spans={story.spans} most={SPANS} />
        ) : (
          <Timeline steps={story.steps} />
        ))}
      {story && !isPresenter && (
        <div className="story-room">
          <Timeline steps={story.steps} />
          {story.spans.length > 0 && <Waterfall spans={story.spans} />}
        </div>
      )}
    </section>
  )
}

function StoryHead({ orderId, story }: { orderId: string | null; story: SagaStory | null }) {
  const { actions } = usePage()
  const { order: chosen, view, trace } = usePageState(({ url }) => url)
  return (
    <h2>
      {orderId ? `Order ${shortId(orderId)}` : 'Story'}
      {story && <span className={`status ${story.summary.status}`}>{story.summary.status}</span>}
      {story?.summary.criticalMs != null && <small>done in {span(story.summary.criticalMs)}</small>}
      {story?.summary.reason && <small className="reason">{visible(story.summary.reason).slice(0, 90)}</small>}
      {view === 'presenter' && story && story.spans.length > 0 && (
        <button type="button" aria-pressed={trace} onClick={() => actions.go({ trace: !trace })}>
          Trace
        </button>
      )}
      {chosen && (
        <button type="button" onClick={() => actions.go({ order: null })}>
          Follow the newest
        </button>
      )}
    </h2>
  )
}

function Timeline({ steps }: { steps: readonly StoryStep[] }) {
  const columns = columnsOf(steps)
  const most = longest(steps)
  return (
    <ol className="timeline" style={{ ['--columns' as string]: Math.max(1, columns.length) }}>
      {columns.map(({ forward, undone }, index) => (
        <li key={forward?.type ?? undone[0]?.type ?? index}>
          {forward ? <Step step={forward} longestMs={most} /> : <span className="step gap" />}
          {undone.map((step) => (
            <Step key={step.type} step={step} longestMs={most} />
          ))}
        </li>
      ))}
    </ol>
  )
}

const STATES = { done: 'done', 'to-come': 'to come', failed: 'failed', 'not-needed': 'not needed' } as const

function Step({ step, longestMs }: { step: StoryStep; longestMs: number }) {
  const { actions } = usePage()
  const { title, service, lane, state, at, record, waitedMs, workedMs } = step
  const { waited, worked } = shares(step, longestMs)
  const kind =
    state === 'failed' ? 'failed' : lane === 'compensation' ? 'compensating' : state === 'done' ? 'ok' : 'pending'
  return (
    <button
      type="button"
      className={`step ${lane} ${state}`}
      disabled={!record}
      onClick={() => record && actions.openPassport(record)}
    >
      <span className="step-title">
        <Shape kind={kind} bare /> {visible(title)}
      </span>
      <span className="step-facts">
        {STATES[state]}
        {service && ` · ${visible(service)}`}
        {at !== null && <time> {clock(at)}</time>}
      </span>
      {(waitedMs !== null || workedMs !== null) && (
        <span className="step-times">
          <span className="bar" aria-hidden="true">
            <i className="waited" style={{ width: `${waited}%` }} />
            <i className="worked" style={{ width: `${worked}%` }} />
          </span>
          waited {span(waitedMs)} · worked {span(workedMs)}
        </span>
      )}
    </button>
  )
}
