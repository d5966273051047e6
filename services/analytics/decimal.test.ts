import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addDecimals, negated } from './decimal.ts'

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)

test('given prices that no binary fraction holds, when they are added, then nothing is rounded', () => {
  assert.equal(addDecimals('0.1', '0.2'), '0.3')
  assert.equal(addDecimals('19.90', '0.10'), '20')
  assert.equal(addDecimals('1e+21', '1e-7'), '1000000000000000000000.0000001')
})

test('given any numbers, when they are added in any order and taken away again, then it is as before', () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 8 }), (list) => {
      const sum = list.reduce(addDecimals, '0')
      assert.equal([...list].reverse().reduce(addDecimals, '0'), sum)
      assert.equal(list.map(negated).reduce(addDecimals, sum), '0')
    }),
  )
})

test('given any number, when it is shown as a decimal, then it reads back as the same number', () => {
  fc.assert(fc.property(number, (text) => Number(addDecimals('0', text)) === Number(text)))
})
