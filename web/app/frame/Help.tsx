import { usePage, usePageState } from '../state/page.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Shape } from '../ui/Shape.tsx'
import { KEYS } from './keys.ts'

const KINDS = [
  ['ok', 'a step forward'],
  ['failed', 'a refusal or a failure'],
  ['compensating', 'something is undone'],
  ['pending', 'waiting, or still to come'],
  ['duplicate', 'the same event a second time'],
] as const

export function Help() {
  const { actions } = usePage()
  const open = usePageState((state) => state.help)
  if (!open) return null
  return (
    <Dialog title="Keys and signs" wide onClose={() => actions.help(false)}>
      <div className="help">
        <dl>
          {KEYS.map(({ shown, words }) => (
            <div key={shown}>
              <dt>
                <kbd>{shown}</kbd>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <ul className="legend">
          {KINDS.map(([kind, words]) => (
            <li key={kind}>
              <Shape kind={kind} bare /> {words}
            </li>
          ))}
          <li>
            <span className="edge-sample solid" /> a service publishes
          </li>
          <li>
            <span className="edge-sample dashed" /> a service reads
          </li>
          <li>Every dot is a real message. Click it, or an event in a list, for its passport.</li>
        </ul>
      </div>
    </Dialog>
  )
}
