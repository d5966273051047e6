import type { Browser } from '@playwright/test'

/** How many pixels of two pictures differ by more than the rounding of a rasterizer's threads does; Infinity where their sizes differ. */
export async function differingPixels(browser: Browser, pictures: readonly [Buffer, Buffer]): Promise<number> {
  const page = await browser.newPage()
  const urls = pictures.map((picture) => `data:image/png;base64,${picture.toString('base64')}`)
  const count = (await page.evaluate(`(async () => {
    const pixels = async (url) => {
      const image = new Image()
      image.src = url
      await image.decode()
      const canvas = new OffscreenCanvas(image.width, image.height)
      const pen = canvas.getContext('2d')
      pen.drawImage(image, 0, 0)
      return pen.getImageData(0, 0, image.width, image.height).data
    }
    const [a, b] = [await pixels(${JSON.stringify(urls[0])}), await pixels(${JSON.stringify(urls[1])})]
    if (a.length !== b.length) return -1
    let differ = 0
    for (let at = 0; at < a.length; at++) if (Math.abs(a[at] - b[at]) > ${ROUNDING}) differ++
    return differ
  })()`)) as number
  await page.close()
  return count < 0 ? Number.POSITIVE_INFINITY : count
}

/** Of 255 levels a channel. */
const ROUNDING = 4

export interface Spot {
  /** In px of the picture. */
  readonly at: readonly [x: number, y: number]
  /** `#rrggbb` */
  readonly colour: string
  /** So many of the 576 px around it, where the usual number is too few to tell. */
  readonly least?: number
}

/** How many pixels around each spot have its colour; letters and lines stand a little elsewhere on another machine. */
export async function pixelsOf(browser: Browser, picture: Buffer, spots: readonly Spot[]): Promise<number[]> {
  const page = await browser.newPage()
  const counts = (await page.evaluate(`(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${picture.toString('base64')}'
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const pen = canvas.getContext('2d')
    pen.drawImage(image, 0, 0)
    return ${JSON.stringify(spots)}.map(({ at: [x, y], colour }) => {
      const wanted = [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16))
      const { data } = pen.getImageData(x - ${AROUND}, y - ${AROUND}, ${2 * AROUND}, ${2 * AROUND})
      let count = 0
      for (let at = 0; at < data.length; at += 4)
        if (wanted.every((level, channel) => Math.abs(data[at + channel] - level) <= ${ROUNDING})) count++
      return count
    })
  })()`)) as number[]
  await page.close()
  return counts
}

const AROUND = 12
