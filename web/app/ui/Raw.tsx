import { visible } from './words.ts'

/** What lies in a record, as it is. It may be longer than its box: a keyboard can scroll it, too. */
export function Raw({ text }: { text: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
  return <pre tabIndex={0}>{visible(text)}</pre>
}
