import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { it } from 'node:test'
import fc from 'fast-check'
import './kafkajs.ts'

interface Encoder {
  readonly buf: Buffer
  readonly buffer: Buffer
  writeString(text: string): Encoder
  writeInt64(value: string): Encoder
  writeVarInt(value: number): Encoder
  writeVarIntBytes(value: Buffer | null): Encoder
  writeEncoder(other: Encoder): Encoder
  writeArray(all: readonly (string | number | Encoder)[]): Encoder
}

type Encoders = new (firstSize?: number) => Encoder

const load = createRequire(import.meta.url)
const Pooled = load('kafkajs/src/protocol/encoder') as Encoders
const Original = loadedAnew('kafkajs/src/protocol/encoder')

/** As kafkajs has it, without the guard. */
function loadedAnew(path: string): Encoders {
  const place = load.resolve(path)
  const guarded = load.cache[place]
  delete load.cache[place]
  const anew = load(path) as Encoders
  load.cache[place] = guarded
  return anew
}

it('given a record with headers, when kafkajs encodes it, then in memory of the pool', () => {
  const encode = load('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => Encoder
  const record = encode({ key: 'k', value: Buffer.from('v'), headers: { traceparent: '00-1' }, timestampDelta: 0 })
  assert.ok(record.buf.buffer.byteLength >= Buffer.poolSize)
})

it('given anything, when it is encoded, then byte for byte as kafkajs does, however dirty the memory', () => {
  const write = (Class: Encoders, texts: string[], numbers: bigint[], firstSize: number): Buffer => {
    const all = new Class(firstSize)
    for (const text of texts) all.writeString(text)
    const inner = new Class()
    for (const number of numbers) inner.writeInt64(String(number)).writeVarInt(Number(BigInt.asIntN(32, number)))
    inner.writeVarIntBytes(null)
    return all.writeEncoder(inner).writeArray(texts.map((text) => new Class().writeString(text))).buffer
  }
  const numbers = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 2_000 })),
      numbers,
      fc.integer({ min: 1, max: 600 }),
      (texts, all, size) => {
        Buffer.allocUnsafe(4_000).fill(0xff)
        assert.deepEqual(write(Pooled, texts, all, size), write(Original, texts, all, size))
      },
    ),
  )
})
