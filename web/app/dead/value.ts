/** JSON with line breaks, where it is JSON; else as it is. */
export function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2)
  } catch {
    return raw
  }
}

/** Why a text cannot be an event, or null. */
export function unreadable(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? null
      : 'An event is a JSON object: {…}.'
  } catch (error) {
    return `Not JSON yet: ${error instanceof Error ? error.message : 'cannot be read'}.`
  }
}
