/** Runs in the page: a place on the map where the pointer says that a dot lies. */
export const FIND_DOT = `(() => {
  const map = document.querySelector('.map')
  const box = map.getBoundingClientRect()
  for (let x = box.left; x < box.right; x += 12)
    for (let y = box.top; y < box.bottom; y += 12) {
      map.dispatchEvent(new MouseEvent('mousemove', { clientX: x, clientY: y }))
      if (map.classList.contains('on-dot')) return { x, y }
    }
  return null
})()`
