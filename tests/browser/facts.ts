/** What can be measured of how the page looks. */
export interface Facts {
  readonly scroll: { readonly width: number; readonly height: number }
  readonly outside: readonly string[]
  readonly cut: readonly string[]
  readonly smallest: number
}

/** Runs in the page. */
export const FACTS = `(() => {
  const all = [...document.querySelectorAll('.top *, .map *, .caption, .middle *, .panel > *')].filter((e) => e.checkVisibility() && !e.closest('svg, .unseen, details'))
  const name = (e) => e.className + ' ' + (e.textContent ?? '').slice(0, 30)
  const outside = all.filter((e) => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.right > innerWidth + 1 || r.left < -1 || r.bottom > innerHeight + 1) })
  const cut = all.filter((e) => e.matches('.service-name, .topic-name span, .tabs button') && (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' || e.closest('.service')?.getBoundingClientRect().right < e.getBoundingClientRect().right - 1))
  const texts = all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  return {
    scroll: { width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight },
    outside: outside.map(name), cut: cut.map(name),
    smallest: Math.min(...texts.map((e) => parseFloat(getComputedStyle(e).fontSize))) / innerHeight * 100,
  }
})()`
