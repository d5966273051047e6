import type { Dot } from '../../hub/protocol.ts'
import { DotBudget } from './dot-budget.ts'
import { Flights } from './flights.ts'
import type { Layout } from './layout.ts'
import { type PathTable, type Point, pathTable } from './path.ts'
import { drawSprites, kindOf, type Palette } from './sprites.ts'

/** `processor`: the canvas lives in main memory, which is faster where there is no GPU. */
export type Drawing = 'default' | 'processor'

/** Too few dots tell nothing of a machine. */
const TELLING = 5

/** The layer of moving dots over the map: holds what flies and draws it, a frame at a time, by the clock that it is given. */
export class Stage {
  readonly #budget = new DotBudget()
  readonly flights = new Flights({ cap: this.#budget.most })
  /** Told once, when a second of drawing was too slow. */
  onSlow: () => void = () => {}
  #clockMs = 0
  #canvas: HTMLCanvasElement | null = null
  #pen: CanvasRenderingContext2D | null = null
  #sprites: ReturnType<typeof drawSprites> = new Map()
  #palette: Palette | null = null
  #size = { width: 0, height: 0, dot: 16, ratio: 1, label: 14 }
  #fonts = 'sans-serif'
  #blank = true
  #wasSlow = false

  /** Places, and the size of a dot, px. */
  place(layout: Layout, dot: number, label: number, ratio: number): void {
    const paths = new Map<string, PathTable>()
    for (const { id, curve } of layout.edges) paths.set(id, pathTable(curve))
    this.flights.setPaths(paths)
    this.#size = { width: layout.width, height: layout.height, dot, ratio, label }
    this.#fit()
  }

  attach(canvas: HTMLCanvasElement | null, drawing: Drawing): void {
    this.#canvas = canvas
    this.#pen = canvas?.getContext('2d', drawing === 'processor' ? { willReadFrequently: true } : {}) ?? null
    this.#fit()
  }

  paint(palette: Palette, fonts: string): void {
    this.#palette = palette
    this.#fonts = fonts
    this.#sprites = drawSprites(palette, this.#size.dot * this.#size.ratio)
  }

  add(dots: readonly Dot[]): void {
    for (const dot of dots) this.flights.add(dot, this.#clockMs)
  }

  /** Moves the map's clock, which stands still while the page is paused, and draws. */
  tick(dtMs: number, names: boolean): void {
    this.#clockMs += dtMs
    this.flights.step(this.#clockMs)
    if (dtMs > 0) this.#judge(dtMs)
    this.#draw(names)
  }

  hit(at: Point): Dot | null {
    return this.flights.hit(at, this.#clockMs, this.#size.dot * 1.25)
  }

  get behindMs(): number {
    return this.flights.behind(this.#clockMs)
  }

  #fit(): void {
    const { width, height, dot, ratio } = this.#size
    if (this.#canvas) {
      this.#canvas.width = Math.round(width * ratio)
      this.#canvas.height = Math.round(height * ratio)
    }
    if (this.#palette) this.#sprites = drawSprites(this.#palette, dot * ratio)
  }

  #draw(names: boolean): void {
    const pen = this.#pen
    if (!pen || (this.#blank && this.flights.live === 0)) return
    const { width, height, dot, ratio, label } = this.#size
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, width, height)
    this.#blank = this.flights.live === 0
    pen.font = `600 ${label}px ${this.#fonts}`
    this.flights.each(this.#clockMs, (flight, at, share) => {
      const sprite = this.#sprites.get(kindOf(flight.dot))
      if (sprite) pen.drawImage(sprite, at.x - dot, at.y - dot, dot * 2, dot * 2)
      if (names && share < 1) this.#name(pen, flight.dot, at)
    })
  }

  #name(pen: CanvasRenderingContext2D, { type, duplicate }: Dot, { x, y }: Point): void {
    if (!this.#palette) return
    const words = type.slice(0, 40) + (duplicate ? ' ×2' : '')
    const half = pen.measureText(words).width / 2
    const left = Math.min(Math.max(x - half, 2), this.#size.width - half * 2 - 2)
    pen.strokeStyle = this.#palette.ground
    pen.lineWidth = 5
    pen.lineJoin = 'round'
    pen.fillStyle = this.#palette.ink
    const base = y - this.#size.dot
    pen.strokeText(words, left, base)
    pen.fillText(words, left, base)
  }

  /** No list of machines tells how fast this one draws, nor for how long it does. */
  #judge(dtMs: number): void {
    if (this.flights.live < TELLING) return
    const isSlow = this.#budget.frame(dtMs)
    this.flights.cap = this.#budget.most
    if (!isSlow || this.#wasSlow) return
    this.#wasSlow = true
    this.onSlow()
  }
}
