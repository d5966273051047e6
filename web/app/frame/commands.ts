import { isOn, quickFaults } from '../faults/quick.ts'
import { stepsOf } from '../lessons/scene.ts'
import { scenesOf } from '../lessons/use-scenes.ts'
import type { Actions } from '../state/actions.ts'
import type { PageStore } from '../state/page-state.ts'
import type { UrlState } from '../state/url.ts'
import { SPEEDS } from '../time/speeds.ts'
import type { Command } from './keys.ts'

const SCALE_STEP = 0.1

interface Situation {
  readonly key: string
  readonly store: PageStore
  readonly actions: Actions
}

const go =
  (change: (url: UrlState) => Partial<UrlState>) =>
  ({ store, actions }: Situation) =>
    actions.go(change(store.getState().url))
const ifPresenter = (then: (situation: Situation) => unknown) => (situation: Situation) =>
  situation.store.getState().me?.role === 'presenter' ? then(situation) : undefined

const DOES: Readonly<Record<Command, (situation: Situation) => unknown>> = {
  pause: ({ actions }) => actions.time.toggle(),
  'step-on': ({ actions }) => actions.time.step(1),
  'step-back': ({ actions }) => actions.time.step(-1),
  slower: ({ store, actions }) =>
    actions.time.play(SPEEDS.findLast((one) => one < store.getState().speed) ?? SPEEDS[0]),
  faster: ({ store, actions }) => actions.time.play(SPEEDS.find((one) => one > store.getState().speed) ?? 1),
  fault: ifPresenter(({ key, store, actions }) => toggleFault(Number(key) - 1, store, actions)),
  'mend-all': ifPresenter(({ actions }) => actions.mend('all', 'everything')),
  follow: ({ store, actions }) => {
    const { url, world } = store.getState()
    const newest = [...(world?.sagas.keys() ?? [])].at(-1) ?? null
    actions.go({ panel: 'story', order: url.order ? null : newest })
  },
  reset: (situation) => {
    const { store, actions } = situation
    const { lesson } = store.getState().url
    actions.time.live()
    actions.forgetMeasure()
    if (lesson) void actions.lesson(lesson, 0, true)
    DOES['mend-all'](situation)
    ifPresenter(() => scaleBack(store, actions))(situation)
  },
  presenter: go(({ view }) => ({ view: view === 'presenter' ? 'student' : 'presenter' })),
  lanes: go(({ lanes }) => ({ lanes: !lanes })),
  larger: go(({ scale }) => ({ scale: Math.min(1.6, scale + SCALE_STEP) })),
  smaller: go(({ scale }) => ({ scale: Math.max(0.7, scale - SCALE_STEP) })),
  'lesson-on': ({ store, actions }) => turnPage(1, store, actions),
  'lesson-back': ({ store, actions }) => turnPage(-1, store, actions),
  vote: ({ key, store, actions }) => castVote('abcd'.indexOf(key.toLowerCase()), store, actions),
  help: ({ actions }) => actions.help(true),
}

/** Does what a key stands for. */
export function runCommand(command: Command, key: string, store: PageStore, actions: Actions): void {
  DOES[command]({ key, store, actions })
}

/** A lesson that runs more of a service leaves them behind; it begins with one. */
function scaleBack(store: PageStore, actions: Actions): void {
  const { url, world } = store.getState()
  const scene = scenesOf(world).find(({ id }) => id === url.lesson)
  const acts = [...(scene?.first.acts ?? []), ...(scene?.second?.acts ?? [])]
  for (const service of new Set(acts.flatMap((act) => (act.kind === 'scale' ? act.service : []))))
    void actions.scale(service, 1)
}

function toggleFault(index: number, store: PageStore, actions: Actions): void {
  const fault = quickFaults(store.getState().world?.faults ?? [])[index]
  if (!fault) return
  if (fault.phase === 'unavailable') actions.say(fault.reason ?? 'Not in this shop.', true)
  else if (isOn(fault)) void actions.mend(fault.id, fault.title)
  else void actions.breakIt(fault.id, fault.title)
}

/** On, and at the end to the next lesson; back likewise. */
function turnPage(by: 1 | -1, store: PageStore, actions: Actions): void {
  const { url, world } = store.getState()
  const { lesson, step } = url
  const scenes = scenesOf(world)
  const scene = scenes.find(({ id }) => id === lesson)
  if (!scene) {
    void actions.lesson(scenes[0]!.id, 0, true)
    return
  }
  const next = step + by
  if (next >= 0 && next < stepsOf(scene).length) {
    void actions.lesson(scene.id, next, next === 0)
    return
  }
  const other = scenes[scenes.indexOf(scene) + by]
  if (other) void actions.lesson(other.id, by > 0 ? 0 : stepsOf(other).length - 1, by > 0)
}

function castVote(choice: number, store: PageStore, actions: Actions): void {
  const { url, world } = store.getState()
  const scene = scenesOf(world).find(({ id }) => id === url.lesson)
  if (url.panel === 'lesson' && scene && url.step === 0 && scene.choices[choice]) void actions.vote(scene.id, choice)
}
