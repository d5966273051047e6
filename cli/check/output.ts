import { StringDecoder } from 'node:string_decoder'
import { stripVTControlCharacters } from 'node:util'
import { WORDS } from './contract.ts'
import type { Line } from './history.ts'

/** Kept of one process: this much of whatever it prints, a megabyte in all, so that noise on one stream leaves room for the other … */
const KEPT = { out: 750_000, err: 250_000 }
/** … and beyond it this much of lines that a check may ask for. */
const KEPT_TELLING = 16_000_000
/** What a line takes besides its text: sixteen megabytes of `{` alone would be a gigabyte of lines. */
const LINE = 100
const LONGEST_LINE = 1_000_000
const TAIL_LINES = 20
/** With less room than this the first megabyte is over: what is not telling goes unread. */
const FULL = 500

/** Beyond this a process is not noisy but runs wild. */
export const FLOOD_BYTES = 256_000_000

const TELLING = new RegExp(
  Object.values(WORDS)
    .map((word) => word.source)
    .join('|'),
  'i',
)
/** An escape may stand within a word. */
const MAYBE_TELLING = new RegExp(`[{\\u001b\\u009b]|${TELLING.source}`, 'i')

/**
 * Cuts the bytes of a process into lines. The first megabyte is kept as it is; behind it only lines that a check may ask for
 * (the contract's words, or JSON objects), so that a noisy program costs no memory and loses no mark.
 */
export class Output {
  readonly lines: Line[] = []
  readonly tail: string[] = []
  readonly errorTail: string[] = []
  cutBytes = 0
  totalBytes = 0
  readonly #streams = {
    out: { decoder: new StringDecoder('utf8'), rest: '' },
    err: { decoder: new StringDecoder('utf8'), rest: '' },
  }
  readonly #kept = { out: 0, err: 0 }
  #keptTelling = 0

  /** Returns true when at least one line was completed. */
  add(stream: 'out' | 'err', bytes: Buffer, at: number): boolean {
    this.totalBytes += bytes.length
    const state = this.#streams[stream]
    const text = this.#withoutNoise(stream, state.rest + state.decoder.write(bytes))
    const pieces = text.split('\n')
    state.rest = pieces.pop() ?? ''
    if (state.rest.length > LONGEST_LINE) {
      pieces.push(state.rest)
      state.rest = ''
    }
    for (const piece of pieces) this.#line(stream, piece, at)
    return pieces.length > 0
  }

  /** The process is gone: what it left without a line end is a line too. */
  finish(at: number): void {
    for (const stream of ['out', 'err'] as const) {
      const state = this.#streams[stream]
      const rest = state.rest + state.decoder.end()
      state.rest = ''
      if (rest !== '') this.#line(stream, rest, at)
    }
  }

  /**
   * What has to be looked at line by line. Of mere noise behind the first megabyte only its last lines are still seen by
   * anybody; the other lines are counted: a flood of short lines costs its reader 40 seconds otherwise, and other checks wait.
   */
  #withoutNoise(stream: 'out' | 'err', text: string): string {
    if (this.#kept[stream] + FULL < KEPT[stream]) return text
    if (this.#keptTelling + FULL < KEPT_TELLING && MAYBE_TELLING.test(text)) return text
    let end = text.length
    for (let lines = 0; lines <= TAIL_LINES && end > 0; lines++) end = text.lastIndexOf('\n', end - 1)
    if (end <= 0) return text
    this.cutBytes += end + 1
    return text.slice(end + 1)
  }

  #line(stream: 'out' | 'err', raw: string, at: number): void {
    const text = raw.includes('\u001b') || raw.includes('\u009b') ? stripVTControlCharacters(raw) : raw
    const line = { at, stream, text: text.endsWith('\r') ? text.slice(0, -1) : text }
    for (const tail of stream === 'err' ? [this.tail, this.errorTail] : [this.tail]) {
      tail.push(line.text.slice(0, 400))
      if (tail.length > TAIL_LINES) tail.shift()
    }
    if (this.#kept[stream] + raw.length <= KEPT[stream]) {
      this.#kept[stream] += raw.length + 1
      this.lines.push(line)
    } else if (
      this.#keptTelling + raw.length + LINE <= KEPT_TELLING &&
      (/^\s*\{/.test(line.text) || TELLING.test(line.text))
    ) {
      this.#keptTelling += raw.length + LINE
      this.lines.push(line)
    } else {
      this.cutBytes += raw.length + 1
    }
  }
}
