import type { Recording } from '../../hub/protocol.ts'

const VERSION = 1

/** Reads a recording file; throws an Error that says, for the user, why it is none. */
export function readRecording(text: string): Recording {
  let value: Partial<Recording> | null
  try {
    value = JSON.parse(text) as Partial<Recording> | null
  } catch {
    throw new Error('This file is no recording: it is not JSON.')
  }
  if (value?.format !== 'saga-lab-recording') throw new Error('This file is no recording of Saga Lab.')
  if (value.version !== VERSION)
    throw new Error(`This recording has version ${value.version}; this page reads version ${VERSION}.`)
  const { snapshot, frames } = value
  if (!snapshot?.topology || !Array.isArray(snapshot.recent) || !Array.isArray(frames))
    throw new Error('This recording is not whole: its snapshot or its frames are missing.')
  return { passports: [], stories: [], ...value } as Recording
}
