import { type FormEvent, useState } from 'react'
import type { FaultView } from '../../hub/protocol.ts'
import { usePage } from '../state/page.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { visible } from '../ui/words.ts'
import { type Field, fieldsOf, requestFrom, settingsFrom } from './fields.ts'

export const PREDICTIONS: readonly string[] = [
  'Orders still get through.',
  'Orders are cancelled, and what was done is undone.',
  'Orders wait, and go on afterwards.',
  'Something is lost or happens twice.',
]

/** Settings, and a prediction first: who has said what will happen looks closer at what does. */
export function BreakDialog({ fault, onClose }: { fault: FaultView; onClose: () => void }) {
  const { actions } = usePage()
  const [guess, setGuess] = useState<string | null>(null)
  const fields = fieldsOf(fault.schema)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const settings = settingsFrom(fields, new FormData(event.currentTarget))
    onClose()
    void actions.breakIt(fault.id, guess ? `${fault.title}. Prediction: ${guess}` : fault.title, requestFrom(settings))
  }
  return (
    <Dialog title={`Break: ${visible(fault.title)}`} onClose={onClose}>
      <form onSubmit={submit} className="form">
        <fieldset>
          <legend>What will the orders do?</legend>
          {PREDICTIONS.map((words) => (
            <label key={words} className="choice">
              <input type="radio" name="prediction" checked={guess === words} onChange={() => setGuess(words)} />
              {words}
            </label>
          ))}
        </fieldset>
        {fields.map((field) => (
          <SettingsField key={field.name} field={field} value={fault.settings[field.name]} />
        ))}
        <p className="actions">
          <button type="submit" className="strong">
            Break it
          </button>
        </p>
      </form>
    </Dialog>
  )
}

function SettingsField({ field, value }: { field: Field; value: unknown }) {
  const { name, label, kind, choices, least, most, whole } = field
  const common = { name, id: `setting-${name}` }
  const start = value === undefined || value === null ? '' : String(value)
  return (
    <label className="field" htmlFor={common.id}>
      <span>{visible(label)}</span>
      {kind === 'choice' && (
        <select {...common} defaultValue={start}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
      {kind === 'number' && (
        <input
          {...common}
          type="number"
          defaultValue={start}
          min={least ?? undefined}
          max={most ?? undefined}
          step={whole ? 1 : 'any'}
        />
      )}
      {kind === 'text' && <input {...common} type="text" defaultValue={start} maxLength={200} />}
      {kind === 'yes-no' && <input {...common} type="checkbox" defaultChecked={value === true} />}
    </label>
  )
}
