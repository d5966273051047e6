/** Numbers as decimal text, such as `19.9`, added without rounding: a sum of prices is what a person with a pencil gets, in whatever order they come. */
interface Decimal {
  readonly digits: bigint
  /** How many of them stand behind the point. */
  readonly scale: number
}

const shape = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

const parse = (text: string): Decimal => {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = shape.exec(text) ?? []
  const digits = BigInt(`${sign}${whole}${fraction}`)
  const scale = fraction.length - Number(exponent)
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

const show = ({ digits, scale }: Decimal): string => {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const whole = text.slice(0, text.length - scale)
  const fraction = text.slice(text.length - scale).replace(/0+$/, '')
  return `${digits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

const withScale = ({ digits, scale }: Decimal, wanted: number): bigint => digits * 10n ** BigInt(wanted - scale)

/** Takes what `String` makes of a finite number, exponents too. */
export const addDecimals = (a: string, b: string): string => {
  const left = parse(a)
  const right = parse(b)
  const scale = Math.max(left.scale, right.scale)
  return show({ digits: withScale(left, scale) + withScale(right, scale), scale })
}

export const negated = (text: string): string => {
  const { digits, scale } = parse(text)
  return show({ digits: -digits, scale })
}
