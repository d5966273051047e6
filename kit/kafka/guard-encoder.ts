/** The part of kafkajs' Encoder that the guard touches. */
interface Encoder {
  buf: Buffer
  offset: number
  ensureAvailable(length: number): void
  writeUVarInt(value: number): Encoder
}

interface Encoders {
  readonly prototype: Encoder
  nextPowerOfTwo(size: number): number
}

const ENCODER = 'kafkajs/src/protocol/encoder'
/** kafkajs' own figure, bytes. */
const FIRST_SIZE = 511

/** Bytes of a 32-bit number that is written in groups of seven bits, each but the last marked with MORE. */
const LONGEST_VARINT = 5
const SEVEN_BITS = 0x7f
const MORE = 0x80

/**
 * kafkajs encodes each record, and each header of it, in a zeroed piece of memory of its own, and each length in an array and a buffer: malloc, free and
 * the collector's book-keeping for every few bytes. Here the pieces come from Node's pool (they need no zeros: only what was written is ever read), and
 * a length is written where it belongs.
 * Has to be called before anything else of kafkajs is loaded, for its modules keep the class that they find.
 */
export function encodeInPool(load: NodeJS.Require): void {
  const original = load(ENCODER) as Encoders
  class Pooled {
    buf: Buffer
    offset = 0
    constructor(firstSize = FIRST_SIZE) {
      this.buf = Buffer.allocUnsafe(original.nextPowerOfTwo(firstSize))
    }
  }
  Object.setPrototypeOf(Pooled.prototype, original.prototype)
  Object.setPrototypeOf(Pooled, original)
  original.prototype.ensureAvailable = function ensureAvailable(this: Encoder, length: number): void {
    if (this.offset + length <= this.buf.length) return
    const larger = Buffer.allocUnsafe(original.nextPowerOfTwo(this.offset + length))
    this.buf.copy(larger, 0, 0, this.offset)
    this.buf = larger
  }
  original.prototype.writeUVarInt = function writeUVarInt(this: Encoder, value: number): Encoder {
    this.ensureAvailable(LONGEST_VARINT)
    let rest = value
    while ((rest & ~SEVEN_BITS) !== 0) {
      this.buf[this.offset++] = (rest & SEVEN_BITS) | MORE
      rest >>>= 7
    }
    this.buf[this.offset++] = rest
    return this
  }
  load.cache[load.resolve(ENCODER)]!.exports = Pooled
}
