import { useEffect, useRef, useState } from 'react'
import { WhatChanged } from '../faults/WhatChanged.tsx'
import { useControl, usePage, usePageState, useWorld } from '../state/page.ts'
import { visible } from '../ui/words.ts'
import { runActs } from './run-acts.ts'
import { type Deed, type Scene, stepsOf } from './scene.ts'
import { useScenes } from './use-scenes.ts'
import { Vote } from './Vote.tsx'

const NO_GROUPS = [] as const

export function Lesson() {
  const { actions } = usePage()
  const { lesson, step } = usePageState(({ url }) => url)
  const scenes = useScenes()
  const scene = scenes.find(({ id }) => id === lesson)
  if (!scene)
    return (
      <section className="card lessons" aria-label="Lessons">
        <h2>Predict, then see</h2>
        <ol className="scene-list">
          {scenes.map(({ id, title }, index) => (
            <li key={id}>
              <button type="button" onClick={() => void actions.lesson(id, 0, true)}>
                <b>{index + 1}</b> {title}
              </button>
            </li>
          ))}
        </ol>
      </section>
    )
  return <SceneView key={scene.id} scene={scene} step={Math.min(step, stepsOf(scene).length - 1)} />
}

function SceneView({ scene, step }: { scene: Scene; step: number }) {
  const { actions } = usePage()
  const control = useControl()
  const steps = stepsOf(scene)
  const name = steps[step]
  useTellClass(scene, step)
  const number = useScenes().indexOf(scene) + 1
  return (
    <section className="card lesson" aria-label={`Lesson: ${scene.title}`}>
      <h2>
        {number}. {scene.title}
        <span className="steps-done" aria-hidden="true">
          {steps.map((one, index) => (
            <i key={one} className={index <= step ? 'done' : ''} />
          ))}
        </span>
        {control && <Turn scene={scene} step={step} last={steps.length - 1} />}
        <button type="button" onClick={() => actions.go({ lesson: null, step: 0 })}>
          All lessons
        </button>
      </h2>
      <div className="scene">
        <div className="scene-words">
          {name === 'ask' && (
            <>
              <p className="question">{scene.question}</p>
              <Vote scene={scene} open />
            </>
          )}
          {name === 'first' && <DeedView scene={scene} deed={scene.first} />}
          {name === 'second' && scene.second && <DeedView scene={scene} deed={scene.second} />}
          {name === 'why' && (
            <>
              <Vote scene={scene} open={false} />
              <p className="why">{scene.why}</p>
            </>
          )}
        </div>
        {name !== 'ask' && <WhatChanged only={scene.watch} />}
      </div>
    </section>
  )
}

function Turn({ scene, step, last }: { scene: Scene; step: number; last: number }) {
  const { actions } = usePage()
  const scenes = useScenes()
  return (
    <>
      <button type="button" disabled={step === 0} onClick={() => void actions.lesson(scene.id, step - 1, step === 1)}>
        Back
      </button>
      {step < last ? (
        <button type="button" onClick={() => void actions.lesson(scene.id, step + 1, false)}>
          Next
        </button>
      ) : (
        <button
          type="button"
          onClick={() => void actions.lesson(scenes[(scenes.indexOf(scene) + 1) % scenes.length]!.id, 0, true)}
        >
          Next lesson
        </button>
      )}
    </>
  )
}

/** A lesson that was opened by its address is not known to the class, nor its vote open, until it is told. */
function useTellClass({ id }: Scene, step: number): void {
  const { actions } = usePage()
  const control = useControl()
  const told = useWorld(({ lesson }) => lesson?.lesson ?? null, null)
  const tried = useRef(false)
  useEffect(() => {
    // Once: two presenters' pages at different lessons would answer each other for ever.
    if (!control || tried.current) return
    tried.current = true
    if (told !== id) void actions.lesson(id, step, step === 0)
  }, [control, told, id, step, actions])
}

function DeedView({ scene, deed }: { scene: Scene; deed: Deed }) {
  const { actions } = usePage()
  const control = useControl()
  const groups = useWorld((world) => world.groups, NO_GROUPS)
  const [busy, setBusy] = useState(false)
  const [measured, setMeasured] = useState<readonly string[]>([])
  const start = async () => {
    setBusy(true)
    setMeasured([])
    actions.measureFrom(scene.title)
    setMeasured((await runActs(deed.acts, actions, groups)) ?? [])
    setBusy(false)
  }
  return (
    <>
      <p className="question">{scene.question}</p>
      <p className="actions">
        <button type="button" className="strong deed" disabled={!control || busy} onClick={() => void start()}>
          {busy ? 'Doing it …' : deed.button}
        </button>
      </p>
      <p className="look">{deed.look}</p>
      {measured.map((words) => (
        <p key={words} className="measured" role="status">
          {visible(words)}
        </p>
      ))}
    </>
  )
}
