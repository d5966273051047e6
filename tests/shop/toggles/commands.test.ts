import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { TOGGLES } from '../../../cli/shop/faults/toggles.ts'
import { runLab } from '../../run-lab.ts'

/** The two commands where no shop runs. */
const dir = mkdtempSync(path.join(tmpdir(), 'no-shop-'))
const lab = (...args: string[]) => runLab(args, { LAB_DIR: dir })

after(() => rmSync(dir, { recursive: true, force: true }))

test('given no shop, when the toggles are listed, then each says what it does, and the end says how to start a shop', async () => {
  const { code, out } = await lab('break')
  assert.equal(code, 0)
  for (const { id, about } of TOGGLES) assert.ok(out.includes(id) && out.includes(about), id)
  assert.match(out, /No shop runs\. 'lab demo' starts/)
  const { faults } = JSON.parse((await lab('break', '--json')).out)
  assert.deepEqual(
    faults.map(({ id, phase }: { id: string; phase: string }) => [id, phase]),
    TOGGLES.map(({ id }) => [id, 'unavailable']),
  )
})

test('given the help, then it names every toggle', async () => {
  const { out } = await lab('break', '--help')
  for (const { id } of TOGGLES) assert.ok(out.includes(`${id}: `), id)
})

for (const [args, code, said] of [
  [['break', 'kill'], 3, /No shop runs that could be broken[\s\S]*lab demo/],
  [['mend', 'all'], 3, /No shop runs/],
  [['break', 'kil'], 2, /no failure toggle kil\.[\s\S]*kill/],
  [['mend', 'kil'], 2, /no failure toggle kil\./],
  [['mend'], 2, /toggle/],
  [['break', 'kill', '--for', 'soon'], 2, /30s, 5m/],
  [['break', 'kill', '--seed', 'x'], 2, /whole number/],
  [['break', 'slow', '--set', 'ms'], 2, /setting=value/],
] as const) {
  test(`given lab ${args.join(' ')}, then the exit code is ${code} and a sentence says why`, async () => {
    const ended = await lab(...args)
    assert.equal(ended.code, code)
    assert.match(ended.err, said)
    assert.doesNotMatch(ended.err, /\n {4}at /)
  })
}
