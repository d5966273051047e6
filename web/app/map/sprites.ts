import type { Dot, Kind } from '../../hub/protocol.ts'

export type Palette = Readonly<Record<Kind | 'ground' | 'ink', string>>

const KINDS: readonly Kind[] = ['ok', 'failed', 'compensating', 'pending', 'duplicate']

/** The colours of the theme in force, as the style sheet has them. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(name).trim()
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, read(`--${kind}`)])) as Record<Kind, string>
  return { ...kinds, ground: read('--ground'), ink: read('--ink') }
}

type Pen = OffscreenCanvasRenderingContext2D

export const kindOf = (dot: Dot): Kind => (dot.duplicate ? 'duplicate' : dot.kind)

/**
 * Each kind drawn once, at `size` device pixels with a ring in the ground's colour around it: shape tells the kind, colour repeats it. As bitmaps: of a
 * canvas the browser makes a copy each time that it is drawn.
 */
export function drawSprites(palette: Palette, size: number): ReadonlyMap<Kind, ImageBitmap> {
  return new Map(KINDS.map((kind) => [kind, drawSprite(kind, palette, size)]))
}

function drawSprite(kind: Kind, palette: Palette, size: number): ImageBitmap {
  const canvas = new OffscreenCanvas(size * 2, size * 2)
  const pen = canvas.getContext('2d')!
  pen.translate(size, size)
  pen.lineJoin = 'round'
  pen.strokeStyle = palette.ground
  pen.lineWidth = size * 0.28
  pen.fillStyle = palette[kind]
  outline(pen, kind, size / 2)
  pen.stroke()
  pen.fill()
  if (kind === 'pending' || kind === 'duplicate') hollow(pen, kind, palette, size / 2)
  return canvas.transferToImageBitmap()
}

function outline(pen: Pen, kind: Kind, r: number): void {
  pen.beginPath()
  if (kind === 'failed') polygon(pen, [0, -r * 1.25, r * 1.25, 0, 0, r * 1.25, -r * 1.25, 0])
  else if (kind === 'compensating') polygon(pen, [-r * 1.25, 0, r, -r * 1.1, r, r * 1.1])
  else pen.arc(0, 0, kind === 'duplicate' ? r * 1.15 : r, 0, Math.PI * 2)
}

function hollow(pen: Pen, kind: Kind, palette: Palette, r: number): void {
  pen.fillStyle = palette.ground
  pen.beginPath()
  pen.arc(0, 0, r * (kind === 'pending' ? 0.55 : 0.8), 0, Math.PI * 2)
  pen.fill()
  if (kind === 'pending') return
  pen.fillStyle = palette.duplicate
  pen.beginPath()
  pen.arc(0, 0, r * 0.42, 0, Math.PI * 2)
  pen.fill()
}

function polygon(pen: Pen, points: readonly number[]): void {
  for (let index = 0; index < points.length; index += 2) pen.lineTo(points[index]!, points[index + 1]!)
  pen.closePath()
}
