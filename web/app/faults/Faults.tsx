import { useState } from 'react'
import { useControl, usePage, useWorld } from '../state/page.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { FaultSwitch } from './FaultSwitch.tsx'
import { isOn, quickFaults } from './quick.ts'

const NONE = [] as const

export function Faults({ all }: { all: boolean }) {
  const { actions } = usePage()
  const control = useControl()
  const faults = useWorld((world) => world.faults, NONE)
  const [more, setMore] = useState(false)
  const quick = quickFaults(faults)
  const others = faults.filter((fault) => !quick.includes(fault))
  const on = faults.filter(isOn).length
  return (
    <section className="card faults" aria-label="Break things">
      <h2>
        Break it {on > 0 && <small>{on} on</small>}
        <button type="button" disabled={!control || on === 0} onClick={() => void actions.mend('all', 'everything')}>
          <kbd>0</kbd> Mend all
        </button>
        {!all && others.length > 0 && (
          <button type="button" onClick={() => setMore(true)}>
            All {faults.length} …
          </button>
        )}
      </h2>
      {faults.length === 0 && <p className="empty">This shop has no failure toggles.</p>}
      <div className="fault-grid">
        {quick.map((fault, index) => (
          <FaultSwitch key={fault.id} fault={fault} hotkey={index + 1} />
        ))}
        {all && others.map((fault) => <FaultSwitch key={fault.id} fault={fault} />)}
      </div>
      {more && (
        <Dialog title="Everything that can be broken" wide onClose={() => setMore(false)}>
          <div className="fault-grid">
            {faults.map((fault) => (
              <FaultSwitch key={fault.id} fault={fault} />
            ))}
          </div>
        </Dialog>
      )}
    </section>
  )
}
