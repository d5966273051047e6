import { useEffect, useMemo, useRef, useState } from 'react'
import type { Bundle, Topology } from '../../hub/protocol.ts'
import { usePage, usePageState, useWorld } from '../state/page.ts'
import { Bundles } from './Bundles.tsx'
import { Edges } from './Edges.tsx'
import { fold, openBundle } from './fold.ts'
import { type Layout, layOut } from './layout.ts'
import { ServiceNode } from './ServiceNode.tsx'
import { paletteOf } from './sprites.ts'
import type { Drawing } from './stage.ts'
import { TopicNode } from './TopicNode.tsx'
import { useSize } from './use-size.ts'

const NOWHERE: Topology = { shop: 'reference', services: [], topics: [], edges: [] }

const NO_BUNDLES: readonly Bundle[] = []

/** What of the shop is on the map, and which of its bundles is unfolded. */
function useShown() {
  const all = useWorld((world) => world.topology, NOWHERE)
  const choice = usePageState(({ url }) => url.unfold)
  const bundles = all.bundles ?? NO_BUNDLES
  const open = useWorld(
    ({ topology, counts }) => openBundle(topology.bundles ?? NO_BUNDLES, choice, counts)?.id,
    undefined,
  )
  const shown = useMemo(
    () =>
      fold(
        all,
        bundles.filter(({ id }) => id !== open),
      ),
    [all, bundles, open],
  )
  return { all, shown, bundles, open }
}

/** Services and topics at fixed places, and over them the dots under way. */
export function ShopMap() {
  const { all, shown: topology, bundles, open } = useShown()
  const theme = usePageState(({ url }) => url.theme)
  const [box, size] = useSize<HTMLDivElement>()
  const layout = useMemo(
    () =>
      size.width > 0
        ? layOut(topology, {
            ...size,
            label: size.text * 1.25,
            title: size.text * 1.84,
            smallest: innerHeight * 0.022,
          })
        : null,
    [topology, size],
  )
  return (
    <section
      className="map"
      aria-label="Map of the shop"
      ref={box}
      style={{ ['--names' as string]: layout?.scale ?? 1 }}
    >
      {layout && <Edges layout={layout} topology={topology} />}
      {layout &&
        topology.topics.map((topic) => (
          <TopicNode key={topic.name} topic={topic} node={layout.nodes.get(topic.name)} />
        ))}
      {layout &&
        topology.services.map((service) => (
          <ServiceNode
            key={service.name}
            service={service}
            index={all.services.indexOf(service)}
            node={layout.nodes.get(service.name)}
          />
        ))}
      <Bundles bundles={bundles} open={open} />
      {layout && <Dots key={theme} layout={layout} text={size.text} />}
      {topology.services.length === 0 && <p className="empty">Waiting for the hub to say what the shop looks like …</p>}
    </section>
  )
}

/** The canvas is for eyes only: each event is in the list of events, too. Made anew for another theme, whose colours it reads. */
function Dots({ layout, text }: { layout: Layout; text: number }) {
  const { stage, actions } = usePage()
  const still = usePageState(({ reducedMotion }) => reducedMotion)
  const [drawing, setDrawing] = useState<Drawing>('default')
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    stage.onSlow = () => setDrawing('processor')
    stage.attach(canvas.current, drawing)
    return () => stage.attach(null, drawing)
  }, [stage, drawing])
  useEffect(() => {
    stage.place(layout, Math.max(14, text), text * 1.05, Math.min(devicePixelRatio, 2))
  }, [stage, layout, text])
  useEffect(() => {
    const paint = () => {
      if (canvas.current) stage.paint(paletteOf(canvas.current), getComputedStyle(canvas.current).fontFamily)
    }
    paint()
    const forced = matchMedia('(forced-colors: active)')
    forced.addEventListener('change', paint)
    return () => forced.removeEventListener('change', paint)
  }, [stage])
  useEffect(() => {
    const map = canvas.current?.closest<HTMLElement>('.map')
    if (!map) return
    const dotAt = (event: MouseEvent) => {
      const box = map.getBoundingClientRect()
      return stage.hit({ x: event.clientX - box.left, y: event.clientY - box.top })
    }
    const open = (event: MouseEvent) => {
      const dot = dotAt(event)
      if (!dot) return
      event.stopPropagation()
      actions.openPassport(dot)
    }
    const point = (event: MouseEvent) => map.classList.toggle('on-dot', dotAt(event) !== null)
    map.addEventListener('click', open, { capture: true })
    map.addEventListener('mousemove', point)
    return () => {
      map.removeEventListener('click', open, { capture: true })
      map.removeEventListener('mousemove', point)
    }
  }, [stage, actions])
  return (
    <div className="dots" aria-hidden="true" hidden={still}>
      <canvas key={drawing} ref={canvas} />
    </div>
  )
}
