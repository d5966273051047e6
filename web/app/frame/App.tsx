import { useEffect } from 'react'
import { DeadLetters } from '../dead/DeadLetters.tsx'
import { Faults } from '../faults/Faults.tsx'
import { WhatChanged } from '../faults/WhatChanged.tsx'
import { Lesson } from '../lessons/Lesson.tsx'
import { ShopMap } from '../map/Map.tsx'
import { NodeCard } from '../map/NodeCard.tsx'
import { Numbers } from '../numbers/Numbers.tsx'
import { PlaceOrders } from '../orders/PlaceOrders.tsx'
import { Passport } from '../passport/Passport.tsx'
import { usePage, usePageState } from '../state/page.ts'
import { PANELS, type PanelName } from '../state/url.ts'
import { Events } from '../story/Events.tsx'
import { Caption, Log } from '../story/Log.tsx'
import { Sagas } from '../story/Sagas.tsx'
import { Story } from '../story/Story.tsx'
import { TimeBar } from '../time/TimeBar.tsx'
import { runCommand } from './commands.ts'
import { Help } from './Help.tsx'
import { JoinForm } from './Join.tsx'
import { commandFor } from './keys.ts'
import { TopBar } from './TopBar.tsx'

export function App() {
  const { view, theme, scale } = usePageState(({ url }) => url)
  const refused = usePageState(({ connection }) => (connection.state === 'refused' ? connection.reason : null))
  useKeys()
  useScale(scale)
  return (
    <div className={`page ${view}`} data-theme={theme}>
      <TopBar />
      <main>
        {refused ? <JoinForm reason={refused} /> : <ShopMap />}
        <Caption />
        {view === 'presenter' ? <Panels /> : <Everything />}
      </main>
      <Log />
      <Passport />
      <NodeCard />
      <Help />
    </div>
  )
}

const NAMES: Readonly<Record<PanelName, string>> = {
  lesson: 'Lessons',
  story: 'Story',
  break: 'Break it',
  orders: 'Place orders',
  numbers: 'Numbers',
  dead: 'Dead letters',
}

/** One thing at a time, below the map. */
function Panels() {
  const { actions } = usePage()
  const panel = usePageState(({ url }) => url.panel)
  const dead = usePageState(({ world }) => world?.numbers.deadLetters ?? 0)
  return (
    <>
      <div className="middle">
        <nav className="tabs" aria-label="Panels">
          {PANELS.map((name) => (
            <button
              key={name}
              type="button"
              aria-current={panel === name ? 'page' : undefined}
              onClick={() => actions.go({ panel: name })}
            >
              {NAMES[name]}
              {name === 'dead' && dead > 0 && <span className="badge">{dead}</span>}
            </button>
          ))}
        </nav>
        <TimeBar />
      </div>
      <div className={`panel ${panel}`}>
        {panel === 'lesson' && <Lesson />}
        {panel === 'story' && (
          <>
            <Sagas most={5} />
            <Story />
          </>
        )}
        {panel === 'break' && (
          <>
            <Faults all={false} />
            <WhatChanged />
          </>
        )}
        {panel === 'orders' && (
          <>
            <PlaceOrders />
            <Events most={6} />
          </>
        )}
        {panel === 'numbers' && <Numbers />}
        {panel === 'dead' && <DeadLetters />}
      </div>
    </>
  )
}

/** The same, all of it, for somebody who sits in front of it. */
function Everything() {
  return (
    <div className="everything">
      <TimeBar />
      <Story />
      <Sagas most={25} />
      <Events most={25} />
      <PlaceOrders />
      <Faults all />
      <WhatChanged />
      <Numbers />
      <DeadLetters />
      <Lesson />
    </div>
  )
}

function useKeys(): void {
  const { store, actions } = usePage()
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const at = event.target instanceof HTMLElement ? event.target : document.body
      const type = at instanceof HTMLInputElement ? at.type : ''
      const focus = {
        tag: at.tagName,
        type,
        editable: at.isContentEditable,
        inDialog: document.querySelector('dialog[open]') !== null,
      }
      const command = commandFor(event, focus)
      if (!command) return
      event.preventDefault()
      runCommand(command, event.key, store, actions)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [store, actions])
}

/** The root's font size is what all sizes follow. */
function useScale(scale: number): void {
  useEffect(() => {
    document.documentElement.style.setProperty('--scale', String(scale))
  }, [scale])
}
