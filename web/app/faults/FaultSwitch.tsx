import { useState } from 'react'
import type { FaultView } from '../../hub/protocol.ts'
import { useControl, usePage, usePageState } from '../state/page.ts'
import { count, span, visible } from '../ui/words.ts'
import { BreakDialog } from './BreakDialog.tsx'
import { isOn } from './quick.ts'

const PHASE = { off: 'off', asked: 'asked …', confirmed: 'confirmed', unavailable: 'not here' } as const

/** Off → asked → confirmed, with how often it struck, and when it mends itself. */
export function FaultSwitch({ fault, hotkey }: { fault: FaultView; hotkey?: number }) {
  const { actions } = usePage()
  const control = useControl()
  const now = usePageState(({ world }) => world?.at ?? 0)
  const [asking, setAsking] = useState(false)
  const on = isOn(fault)
  const usable = control && fault.phase !== 'unavailable'
  const left = fault.mendsAt === null ? null : Math.max(0, fault.mendsAt - now)
  return (
    <div className={`fault ${fault.phase}`}>
      <button
        type="button"
        role="switch"
        aria-checked={on}
        aria-disabled={!usable}
        onClick={() => {
          if (!usable) actions.say(fault.reason ?? 'Only the presenter can break things.', true)
          else if (on) void actions.mend(fault.id, fault.title)
          else setAsking(true)
        }}
      >
        <span className="lamp" aria-hidden="true" />
        <span className="fault-title">{visible(fault.title)}</span>
        {hotkey !== undefined && <kbd>{hotkey}</kbd>}
        <span className="fault-facts">
          {visible(fault.target)} · {PHASE[fault.phase]}
          {fault.injected > 0 && ` · ${count(fault.injected)}×`}
          {on && left !== null && ` · ${span(Math.ceil(left / 1_000) * 1_000)} left`}
        </span>
        {fault.reason && <span className="fault-reason">{visible(fault.reason)}</span>}
      </button>
      {asking && <BreakDialog fault={fault} onClose={() => setAsking(false)} />}
    </div>
  )
}
