import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columns } from './columns.ts'
import { createPaint, unpainted } from './paint.ts'
import { safe, safeJson } from './safe.ts'
import { createSink } from './sink.ts'

const ESC = '\u001b'

/** What it is, what comes in, what may be seen. */
const HOSTILE: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['colour', `${ESC}[31mred${ESC}[0m`, 'red'],
  ['clear screen', `a${ESC}[2J${ESC}[Hb`, 'ab'],
  ['window title', `${ESC}]0;owned\u0007x`, 'x'],
  ['hyperlink', `${ESC}]8;;http://evil\u0007click${ESC}]8;;\u0007`, 'click'],
  ['clipboard by OSC 52', `${ESC}]52;c;cm0=\u0007x`, 'x'],
  ['device control string', `${ESC}Pq#0;2;0${ESC}\\x`, 'q#0;2;0\\u{1b}\\x'],
  ['application command', `${ESC}_Gf=100;AAAA${ESC}\\x`, '\\u{1b}_Gf=100;AAAA\\u{1b}\\x'],
  ['privacy message', `${ESC}^secret${ESC}\\`, '\\u{1b}^secret\\u{1b}\\'],
  ['C1 control sequence', '\u009b31mred', 'red'],
  ['C1 operating system command', '\u009d0;owned\u009cx', '\\u{9d}0;owned\\u{9c}x'],
  ['overwriting by carriage return', 'FAILED\rpassed', 'FAILED\\u{d}passed'],
  ['overwriting by backspace', 'bad\b\b\bgood', 'bad\\u{8}\\u{8}\\u{8}good'],
  ['bidi override', 'user\u202egpj.exe', 'user\\u{202e}gpj.exe'],
  ['bidi isolate', 'a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
  ['NUL', 'a\u0000b', 'a\\u{0}b'],
  ['bell', 'a\u0007b', 'a\\u{7}b'],
  ['zero width', 'pay\u200bpal', 'pay\\u{200b}pal'],
  ['line separator', 'a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
  ['delete', 'a\u007fb', 'a\\u{7f}b'],
  ['tag characters', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ['byte order mark', '\ufeffa', '\\u{feff}a'],
  ['half a pair', 'a\ud83db', 'a\\u{d83d}b'],
  ['a sequence put together by stripping another', `${ESC}${ESC}[0m[31mred`, '\\u{1b}[31mred'],
]

for (const [what, text, shown] of HOSTILE) {
  test(`given ${what}, when it is made safe, then a terminal has nothing to obey`, () => {
    const result = safe(text)
    assert.doesNotMatch(result, /[^\P{C}\n\t]/u)
    assert.equal(result, shown)
  })
}

test('given ordinary text of many languages, when it is made safe, then it stays as it is', () => {
  const text = 'Bestellung № 7\n\t注文 طلب заказ ✔ 🛒 é'
  assert.equal(safe(text), text)
})

test('given hostile text inside JSON, when it is made safe, then it is harmless and means the same', () => {
  for (const [, text] of HOSTILE) {
    const json = safeJson(JSON.stringify({ text }))
    assert.doesNotMatch(json, /[^\P{C}]/u)
    assert.deepEqual(JSON.parse(json), { text })
  }
})

test('given painted and hostile text, when it is printed, then our colour passes and the other is gone', () => {
  const written: string[] = []
  const paint = createPaint(true)
  createSink({ write: (text) => written.push(text) }).line(
    `${paint.good('ok')} ${ESC}[32mfake${ESC}[0m \ue0001234:good+\ue001`,
  )
  assert.equal(written.join(''), `${ESC}[32mok${ESC}[39m fake \ue0001234:good+\ue001\n`)
})

test('given no colour, when text is painted, then it stays as it is', () => {
  assert.equal(createPaint(false).bad('x'), 'x')
  assert.equal(unpainted(createPaint(true).bad('x')), 'x')
})

test('given painted cells, when they are laid out, then the paint takes no room', () => {
  const laid = columns([
    [createPaint(true).good('a'), 'b'],
    ['ccc', 'd'],
  ])
  assert.equal(unpainted(laid), 'a    b\nccc  d')
})

test('given a status line on a terminal, when a line follows, then the status is wiped first; elsewhere it never shows', () => {
  for (const [isTTY, expected] of [
    [true, `waiting\r${ESC}[2Kdone\n`],
    [false, 'done\n'],
  ] as const) {
    const written: string[] = []
    const sink = createSink({ isTTY, write: (text) => written.push(text) })
    sink.status('waiting')
    sink.line('done')
    assert.equal(written.join(''), expected)
  }
})
