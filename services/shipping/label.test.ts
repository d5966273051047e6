import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Shipment } from './domain.ts'
import { labelOf } from './label.ts'

const shipment = {
  orderId: 'o1',
  productId: 201,
  quantity: 2,
  carrier: 'Post',
  trackingNumber: 'SL0MM7F2K0A1B2C3D4E5',
} as unknown as Shipment

const part = /<\?xml [^<>]*\?>|<\/([\w:-]+)\s*>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<>]+)/y
const isText = /^(?:[^&]|&(?:amp|lt|gt|quot|#39);)*$/
const isXmlSigns = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u
const plain = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]!,
  )

/** As strict as XML is, for the part of it that a label uses: throws at what is not well-formed. Returns its elements' names and its texts. */
const parse = (xml: string): { names: string[]; texts: string[] } => {
  assert.match(xml, isXmlSigns)
  const [open, names, texts] = [[] as string[], [] as string[], [] as string[]]
  for (part.lastIndex = 0; part.lastIndex < xml.length; ) {
    const at = part.lastIndex
    const found = part.exec(xml)
    assert.ok(found, `not well-formed at ${JSON.stringify(xml.slice(at, at + 60))}`)
    const [, closed, opened, attributes = '', empty, text] = found
    for (const piece of [attributes, text ?? '']) assert.match(piece, isText)
    const keys = [...attributes.matchAll(/([\w:-]+)=/g)].map(([, key]) => key)
    assert.equal(new Set(keys).size, keys.length, 'an attribute twice')
    if (closed !== undefined) assert.equal(open.pop(), closed)
    if (opened !== undefined) names.push(opened)
    if (opened !== undefined && empty === '') open.push(opened)
    if (text?.trim()) texts.push(plain(text))
  }
  assert.deepEqual(open, [])
  return { names, texts }
}

test('given a shipment, when its label is drawn, then it is XML that says where it goes, with a bar code of its number', async () => {
  const label = await labelOf(shipment, 'ann')
  const { names, texts } = parse(label)
  assert.deepEqual(texts, ['Post', 'To: ann', 'Order: o1', '2 × product 201', shipment.trackingNumber])
  assert.equal(names.filter((name) => name === 'svg').length, 2)
  assert.ok(names.includes('path'))
  const other = await labelOf({ ...shipment, trackingNumber: 'SL0MM7F2K0A1B2C3D4E6' }, 'ann')
  const barsOf = (svg: string) => [...svg.matchAll(/ d="([^"]*)"/g)].join()
  assert.notEqual(barsOf(label), barsOf(other))
})

test('given nobody who may be named, then the label is for the customer', async () => {
  assert.ok(parse(await labelOf(shipment, null)).texts.includes('To: customer'))
})

test('given any text for a name and an order, then the label is XML all the same, and no sign of it is taken for markup', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('<', '&', '"', "'", ']]>', '\0', '\ud800', '\uffff', 'a') }),
  )
  await fc.assert(
    fc.asyncProperty(text, text, async (orderId, userId) => {
      const { names } = parse(await labelOf({ ...shipment, orderId, productId: userId }, userId))
      assert.equal(names.filter((name) => name === 'text').length, 5)
    }),
    { numRuns: 200, examples: [['</text><script>alert(1)</script>', '"&\'<']] },
  )
})
