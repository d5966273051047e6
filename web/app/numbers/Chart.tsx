import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { usePageState } from '../state/page.ts'

export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
}

const COLOURS = ['--ok', '--failed', '--compensating', '--duplicate'] as const
const DASHES: readonly number[][] = [[], [8, 4], [2, 4], [12, 3, 2, 3]]

/** Lines over time. For eyes: number, trend and table beside it say the same. */
export function Chart({ title, at, lines }: { title: string; at: readonly number[]; lines: readonly Line[] }) {
  const box = useRef<HTMLDivElement>(null)
  const theme = usePageState(({ url }) => url.theme)
  const names = lines.map(({ name }) => name).join('\n')
  const plot = useRef<uPlot | null>(null)
  const data = useRef<uPlot.AlignedData>([[]])
  data.current = [at.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])]
  useEffect(() => {
    const element = box.current
    if (!element) return
    const made = new uPlot(optionsFor(element, names === '' ? [] : names.split('\n'), theme), data.current, element)
    plot.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [names, theme])
  const newest = at.at(-1)
  useEffect(() => {
    if (newest !== undefined) plot.current?.setData(data.current)
  }, [newest])
  return <div ref={box} className="chart" role="img" aria-label={`${title} over the last minutes`} />
}

function optionsFor(element: HTMLElement, names: readonly string[], theme: string): uPlot.Options {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const size = Number.parseFloat(style.fontSize)
  const font = `${Math.round(size * 0.8)}px ${style.fontFamily}`
  const axis = { stroke: colour('--soft'), font, grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    class: theme,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 4, 0, 0],
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.15)] } },
    axes: [
      {
        ...axis,
        space: size * 6,
        size: size * 1.4,
        values: (_plot, ticks) => ticks.map((s) => new Date(s * 1_000).toISOString().slice(14, 19)),
      },
      { ...axis, space: size * 1.3, size: size * 3 },
    ],
    series: [
      {},
      ...names.map((label, index) => ({
        label,
        stroke: colour(COLOURS[index % COLOURS.length]!),
        dash: DASHES[index % DASHES.length]!,
        width: 2.5,
        points: { show: false },
      })),
    ],
  }
}
