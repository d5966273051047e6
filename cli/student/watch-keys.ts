/** What a key does in watch mode. */
export type WatchKey = 'next' | 'hint' | 'answer' | 'list' | 'check-all' | 'run' | 'quit' | 'interrupt'

const KEYS: Readonly<Record<string, WatchKey>> = {
  n: 'next',
  h: 'hint',
  a: 'answer',
  l: 'list',
  c: 'check-all',
  r: 'run',
  q: 'quit',
  '\u0003': 'interrupt',
  '\u0004': 'quit',
}

/** The first key of what the terminal sent that means something. A pasted text or an arrow key means nothing. */
export function keyOf(typed: string): WatchKey | undefined {
  return KEYS[typed.length === 1 ? typed.toLowerCase() : '']
}

/** The line that tells the keys, in their order. */
export const KEY_LINE = 'n next · h hint · a answer · l list · c check all · r run · q quit'
