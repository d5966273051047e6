/** What can be measured of how the page looks. */
export interface Facts {
  /** Of the page's own box: the document hides what does not fit. */
  readonly scroll: { readonly width: number; readonly height: number }
  readonly outside: readonly string[]
  readonly cut: readonly string[]
  /** Cards that scroll inside, and a map that is cut: `story 260>234`. */
  readonly inner: readonly string[]
  /** The smallest text, in percent of the screen's height. */
  readonly smallest: { readonly size: number; readonly of: string }
}

/** The least that dashboard text may measure in presenter view, in percent of the screen's height. */
export const LEAST_TEXT = 2.2

/** Runs in the page. */
export const FACTS = `(() => {
  const all = [...document.querySelectorAll('.top *, .map *, .caption, .middle *, .panel *')].filter((e) => e.checkVisibility() && !e.closest('svg, .unseen, details:not([open]) > :not(summary)'))
  const name = (e) => e.className + ' ' + (e.textContent ?? '').slice(0, 30)
  const outside = all.filter((e) => { const r = e.getBoundingClientRect(); return r.width > 0 && !e.closest('.dead-list, pre, details, .step-facts') && (r.right > innerWidth + 1 || r.left < -1 || r.bottom > innerHeight + 1) })
  const cut = all.filter((e) => e.matches('.service-name, .topic-name span, .tabs button') && (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' || e.closest('.service')?.getBoundingClientRect().right < e.getBoundingClientRect().right - 1))
  const boxes = [...document.querySelectorAll('.panel > .card, .panel > * .card, .map')].filter((e) => e.checkVisibility())
  const inner = boxes.filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
  const texts = all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  const sizes = texts.map((e) => ({ size: Math.round(parseFloat(getComputedStyle(e).fontSize) / innerHeight * 1000) / 10, of: name(e) }))
  const page = document.querySelector('.page')
  return {
    scroll: { width: page.scrollWidth, height: page.scrollHeight },
    outside: outside.map(name), cut: cut.map(name),
    inner: inner.map((e) => e.className + ' ' + e.scrollWidth + '×' + e.scrollHeight + ' in ' + e.clientWidth + '×' + e.clientHeight),
    smallest: sizes.sort((a, b) => a.size - b.size)[0],
  }
})()`
