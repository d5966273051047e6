import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { TABLE } from '../cli/commands/table.ts'
import { stepsOf } from '../cli/shop/saga-steps.ts'
import { isComplete, tellStory } from '../cli/shop/story.ts'
import { CORE_PORTS } from '../cli/shop/usual-ports.ts'
import { createPaint } from '../cli/terminal/paint.ts'
import { catalogue, coreEventNames, type EventName } from '../services/contracts/catalogue.ts'
import { anchorsOf, linksOf } from './course/essay-reader.ts'

const home = path.resolve(import.meta.dirname, '..')
const readme = readFileSync(path.join(home, 'README.md'), 'utf8')
const drawn = (pattern: RegExp) => [...readme.matchAll(pattern)]

it('given the README, when it names a command, then there is one, and each of operating the shop is named', () => {
  const named = drawn(/`lab ((?:dlq )?[a-z]+)[^`]*`/g).map(([, name]) => name ?? '')
  for (const name of named)
    assert.ok(
      TABLE.some((entry) => entry.name === name),
      `lab ${name}`,
    )
  const wanted = TABLE.filter(({ group }) => ['The lab', 'The shop', 'Topics and events'].includes(group))
  for (const { name } of wanted) assert.ok(named.includes(name), `the README does not tell of lab ${name}`)
})

it('given the README, when it draws the shop, then ports and arrows are those of the code', () => {
  const ports = Object.fromEntries(drawn(/\[(\w+) :(\d+)\]/g).map(([, name, port]) => [name, Number(port)]))
  assert.deepEqual(ports, CORE_PORTS)
  const arrows = drawn(/^ {2}(\w+)(?:\[.*?\])? -[-.] ([a-z-]+) [-.]-> (\w+)/gm)
  for (const [line, from, topic, to] of arrows) {
    const event = catalogue[topic as EventName]
    assert.equal(event.producer, from, line)
    assert.ok((event.consumers as readonly string[]).includes(to ?? ''), line)
  }
  const read = coreEventNames.filter((name) => catalogue[name].consumers.length > 0)
  assert.deepEqual(new Set(arrows.map(([, , topic]) => topic)), new Set(read))
})

it('given the README, when it shows a line of the demo, then that is how one of the whole shop looks', () => {
  const [shown = ''] = drawn(/^✓ order .*$/gm).map(([line]) => line)
  const ms = [0, ...[...shown.matchAll(/(\d+) ms/g)].map(([, time]) => Number(time))]
  const good = stepsOf('whole').filter(
    ({ lane, saga = 'choreography' }) => lane === 'forward' && saga === 'choreography',
  )
  const steps = good.map(({ id: type }, i) => ({ type, at: ms[i] ?? 0 }))
  const story = { orderId: '01a1fccb-35e8-74e6-b2db-82cf873d4277', steps, reason: null, orchestrated: false }
  const outcome = { status: 'CONFIRMED', mailAt: ms.at(-1) ?? 0 }
  assert.ok(isComplete(story, 'whole'))
  assert.equal(shown, tellStory(story, outcome, createPaint(false), 'whole'))
})

it('given the README, when it points to a file, then that is there, and so is the place in it', () => {
  for (const link of linksOf(readme)) {
    const [file = '', anchor] = link.split('#')
    const target = path.join(home, file || 'README.md')
    assert.ok(existsSync(target), link)
    if (anchor !== undefined) assert.ok(anchorsOf(readFileSync(target, 'utf8')).has(anchor), link)
  }
})
