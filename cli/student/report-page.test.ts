import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeHtml } from '../page/html.ts'
import { lessons } from './lessons.ts'
import { NO_PROGRESS, type Progress } from './progress.ts'
import { reportPage } from './report-page.ts'
import { standing } from './standing.ts'

const HOSTILE = `</dd><script>alert(1)</script><img src=x onerror="alert(2)">'&amp;\u202e\u001b]8;;http://evil\u0007`
const hostile: Progress = {
  ...NO_PROGRESS,
  checks: {
    A1: {
      attempts: 1,
      verdict: 'fail',
      marks: 0,
      max: 2,
      at: '2026-11-21T08:00:00.000Z',
      hints: 0,
      diagnosis: Object.fromEntries(
        ['id', 'did', 'expected', 'saw', 'first', 'cause', 'next'].map((key) => [key, HOSTILE]),
      ) as never,
    },
  },
}
const page = reportPage({
  kind: 'saga-lab-report',
  name: HOSTILE,
  made: '2026-11-21T08:00:00.000Z',
  ...standing(hostile, await lessons()),
})

test('given hostile text in a name and in every field of a diagnosis, when the page is made, then no tag or quote of it survives', () => {
  assert.doesNotMatch(page, /<script|<img|onerror="|\u202e/)
  assert.ok(!page.includes('\u001b'))
  assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;'))
  assert.ok(page.includes('\\u{202e}'))
})
test('given the page, when it is looked at, then it forbids scripts and needs nothing from elsewhere', () => {
  assert.ok(page.includes(`default-src 'none'; style-src 'unsafe-inline'`))
  assert.doesNotMatch(page, /<(script|link|iframe|object|form)\b|<[^>]*\bsrc=|url\(|@import/)
})
test('given a page, when its tags are counted, then each that opens closes', () => {
  for (const tag of ['table', 'tr', 'td', 'th', 'dl', 'dt', 'dd', 'h2', 'h3', 'p', 'code', 'strong', 'body', 'html']) {
    const opened = page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length
    assert.equal(page.match(new RegExp(`</${tag}>`, 'g'))?.length, opened, tag)
  }
})
test('given each of the five characters, when it is escaped, then it is a reference', () => {
  assert.equal(escapeHtml(`<>&"'`), '&lt;&gt;&amp;&quot;&#39;')
})
