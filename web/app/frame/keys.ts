/** What a key is for; the help page is drawn from this list. */
export type Command =
  | 'pause'
  | 'step-on'
  | 'step-back'
  | 'slower'
  | 'faster'
  | 'fault'
  | 'mend-all'
  | 'follow'
  | 'reset'
  | 'presenter'
  | 'lanes'
  | 'larger'
  | 'smaller'
  | 'lesson-on'
  | 'lesson-back'
  | 'vote'
  | 'help'

export const KEYS: readonly {
  readonly keys: readonly string[]
  readonly shown: string
  readonly command: Command
  readonly words: string
}[] = [
  { keys: [' ', '.'], shown: 'Space  .', command: 'pause', words: 'pause, and play what was recorded' },
  { keys: ['ArrowRight'], shown: '→', command: 'step-on', words: 'one event on' },
  { keys: ['ArrowLeft'], shown: '←', command: 'step-back', words: 'one event back' },
  { keys: ['['], shown: '[', command: 'slower', words: 'slower' },
  { keys: [']'], shown: ']', command: 'faster', words: 'faster' },
  { keys: ['1', '2', '3', '4', '5', '6'], shown: '1 … 6', command: 'fault', words: 'break it, or mend it' },
  { keys: ['0'], shown: '0', command: 'mend-all', words: 'mend everything' },
  { keys: ['f', 'F'], shown: 'F', command: 'follow', words: 'follow the newest order, and let it go' },
  { keys: ['r', 'R'], shown: 'R', command: 'reset', words: 'begin this lesson anew: all mended, live' },
  { keys: ['p', 'P'], shown: 'P', command: 'presenter', words: 'presenter view, student view' },
  { keys: ['l', 'L'], shown: 'L', command: 'lanes', words: 'partitions of each topic' },
  { keys: ['+', '='], shown: '+', command: 'larger', words: 'larger' },
  { keys: ['-'], shown: '−', command: 'smaller', words: 'smaller' },
  { keys: ['PageDown'], shown: 'Page ↓', command: 'lesson-on', words: 'next step of the lesson (a clicker sends it)' },
  { keys: ['PageUp'], shown: 'Page ↑', command: 'lesson-back', words: 'step before' },
  {
    keys: ['a', 'b', 'c', 'd', 'A', 'B', 'C', 'D'],
    shown: 'A … D',
    command: 'vote',
    words: 'count one hand for this answer',
  },
  { keys: ['?'], shown: '?', command: 'help', words: 'this list' },
]

export interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** What is in focus when a key is pressed. */
export interface Focus {
  readonly tag: string
  readonly type: string
  readonly editable: boolean
  readonly inDialog: boolean
}

const WRITES = new Set(['text', 'number', 'search', 'email', 'url', ''])
/** Keys that belong to the control in focus. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  BUTTON: [' '],
  SUMMARY: [' '],
  SELECT: [' ', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown'],
  INPUT: [' ', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown'],
}

/** Null while somebody types, with a modifier, in a dialog, and for keys that the control in focus needs itself. */
export function commandFor(
  { key, ctrlKey, metaKey, altKey }: Pressed,
  { tag, type, editable, inDialog }: Focus,
): Command | null {
  if (ctrlKey || metaKey || altKey || editable || inDialog || tag === 'TEXTAREA') return null
  if (tag === 'INPUT' && WRITES.has(type)) return null
  if (tag === 'SELECT' && /^[a-z]$/i.test(key)) return null
  if (OWN[tag]?.includes(key)) return null
  return KEYS.find(({ keys }) => keys.includes(key))?.command ?? null
}
