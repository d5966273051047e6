import type { Shipment } from './domain.ts'

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Anybody's text as XML text. What XML has no way to write becomes the sign for what cannot be shown; what is too long for the paper ends in dots. */
const xmlText = (text: string, most: number): string => {
  const signs = [...text.toWellFormed().replace(/\p{Cc}|[\ufffe\uffff]/gu, '\ufffd')]
  const kept = signs.length > most ? [...signs.slice(0, most - 1), '…'] : signs
  return kept.join('').replace(/[&<>"']/g, (sign) => escapes[sign]!)
}

/** The bar code as an SVG of its own, `100 × 18` of the label's mm. Code 128; loaded with the first label, for it is large. */
const barCode = async (text: string): Promise<string> => {
  const { toSVG } = await import('bwip-js/node')
  const svg = toSVG({ bcid: 'code128', text, height: 15 })
  return svg.replace('<svg ', '<svg x="5" y="38" width="90" height="18" preserveAspectRatio="none" ')
}

const line = (y: number, size: number, text: string): string =>
  `<text x="5" y="${y}" font-size="${size}">${xmlText(text, Math.floor(170 / size))}</text>`

/** The label of a parcel, 100 × 70 mm, as SVG. `recipient`: null for one whose name is nobody's business any more. */
export const labelOf = async (
  shipment: Shipment,
  recipient: string | null,
): Promise<string> => `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="70mm" viewBox="0 0 100 70" font-family="sans-serif">
<rect width="100" height="70" fill="#fff"/>
${line(9, 6, shipment.carrier)}
${line(17, 4, `To: ${recipient ?? 'customer'}`)}
${line(23, 4, `Order: ${shipment.orderId}`)}
${line(29, 4, `${shipment.quantity} × product ${shipment.productId}`)}
${await barCode(shipment.trackingNumber)}
<text x="50" y="63" font-size="5" text-anchor="middle">${xmlText(shipment.trackingNumber, 60)}</text>
</svg>
`
