/** The page on architecture: what is generated is up to date, what is quoted stands in the files, and its diagrams are true. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { ARCHITECTURE_PAGE, fillArchitecture } from '../../cli/author/architecture-page.ts'
import { fillRegions, regionsOf } from '../../cli/author/regions.ts'
import { passages } from '../../cli/author/saga-machine.ts'
import { walkOrder } from '../../cli/author/saga-walks.ts'
import { catalogue, consumersOf, type EventName } from '../../services/contracts/catalogue.ts'
import { steps, undos } from '../../services/order/saga/steps.ts'
import { anchorsOf, blocksOf, commandsIn, linksOf, proseOf } from './essay-reader.ts'
import { readMermaid } from './mermaid.ts'
import { commandProblems } from './shown-commands.ts'

const home = path.resolve(import.meta.dirname, '../..')
const text = readFileSync(ARCHITECTURE_PAGE, 'utf8')
const diagrams = blocksOf(text)
  .filter(({ language }) => language === 'mermaid')
  .map(({ body }) => readMermaid(body))

test('given the page, when its regions are written anew, then they say the same (else: node cli/author/architecture-page.ts)', async () => {
  const now = regionsOf(await fillArchitecture(text))
  for (const [name, body] of regionsOf(text)) assert.equal(body, now.get(name), name)
  assert.ok(now.size > 0)
})

test('given a page with a region, when the code changes, then it drifts; and a region that nobody writes is refused', () => {
  const page = '<!-- generated: ports -->\n\n5000\n\n<!-- end -->'
  assert.deepEqual([...regionsOf(page)], [['ports', '5000']])
  assert.equal(fillRegions(page, { ports: '5000' }), page)
  assert.notEqual(fillRegions(page, { ports: '5009' }), page)
  assert.throws(() => fillRegions(page, {}), /ports/)
})

test('given the page, when its links are followed, then each leads to a file, and each anchor to a place in it', () => {
  for (const link of linksOf(text)) {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? ARCHITECTURE_PAGE : path.resolve(path.dirname(ARCHITECTURE_PAGE), file)
    assert.ok(existsSync(target), link)
    if (anchor !== undefined) assert.ok(anchorsOf(readFileSync(target, 'utf8')).has(anchor), link)
  }
})

test('given the page, when its code is compared with the files that it names, then it stands there word for word', () => {
  for (const { language, file, body } of blocksOf(text)) {
    if (file === null) assert.ok(['mermaid', 'sh', 'text'].includes(language), `a block of ${language} names no file`)
    else assert.ok(readFileSync(path.join(home, file), 'utf8').includes(body), `not in ${file}:\n${body}`)
  }
})

test('given the page, when it names a file, then there is one', () => {
  const named = [...proseOf(text).matchAll(/`((?:services|kit|labs|cli|web|docs|tests)\/[\w./-]+)`/g)]
  for (const [, file = ''] of named) assert.ok(existsSync(path.join(home, file)), file)
})

test('given the page, when it shows a command, then lab has it, with the options shown', async () => {
  assert.deepEqual(await commandProblems(commandsIn(text)), [])
})

test('given the page, when it names a topic, then the catalogue has it', () => {
  for (const [, name = ''] of proseOf(text).matchAll(/`((?:order|payment|inventory|shipping|identity)\.\w+\.[\w-]+)`/g))
    assert.ok(Object.hasOwn(catalogue, name), name)
})

test('given the diagrams of services, when their arrows are compared with the catalogue, then producer and readers are right', () => {
  const ofServices = diagrams.filter(({ declared }) => declared.length > 0)
  assert.equal(ofServices.length, 4)
  for (const { from, to, words } of ofServices.flatMap(({ arrows }) => arrows)) {
    const name = words.split(' ')[0] as EventName
    assert.equal(catalogue[name].producer, from, words)
    assert.ok(consumersOf(name, 'whole').includes(to), `${words} to ${to}`)
  }
})

test('given the diagram of the saga, when its arrows are compared with the machine, then every command is there, and each state has a way to an end', () => {
  const [saga] = diagrams.filter(({ kind }) => kind === 'stateDiagram-v2')
  assert.ok(saga)
  const states = new Set(saga.arrows.map(({ from }) => from))
  for (const command of Object.keys({ ...steps, ...undos })) assert.ok(states.has(command), command)
  const drawn = saga.arrows.flatMap(({ from, to, words }) =>
    words.split(' or ').map((cause) => `${from} ${cause} ${to}`),
  )
  for (const { from, cause, to } of passages())
    if (from !== 'NEEDS_ATTENTION') assert.ok(drawn.includes(`${from} ${cause} ${to}`), `${from} ${cause} ${to}`)
  const homeward = new Set(['[*]'])
  for (let grown = true; grown; ) {
    grown = false
    for (const { from, to } of [...saga.arrows, ...passages()])
      if (from !== '[*]' && homeward.has(to) && !homeward.has(from)) grown = Boolean(homeward.add(from))
  }
  assert.deepEqual(
    [...states].filter((state) => !homeward.has(state)),
    [],
  )
  assert.ok(homeward.has('NEEDS_ATTENTION'))
})

for (const [what, walk, end] of [
  ['all goes well', {}, 'order.order.completed'],
  ['the payment is declined', { declined: true }, 'order-cancelled'],
  ['the shelf is empty', { units: 0 }, 'order-cancelled'],
  ['the carrier refuses', { refusedByCarrier: true }, 'order-cancelled'],
] as const) {
  test(`given an order where ${what}, when it is walked in both kinds of saga, then both come to the same end`, () => {
    for (const orchestrated of [false, true]) {
      const said = new Set(walkOrder({ ...walk, orchestrated }).map(({ event }) => event.type))
      assert.ok(said.has(end), `${orchestrated} ${[...said]}`)
      assert.equal(said.has('order.order.completed') && said.has('order-cancelled'), false)
      const paid = [...said].some((type) => type === 'payment-refunded')
      assert.equal(paid, 'refusedByCarrier' in walk || (!orchestrated && 'units' in walk))
    }
  })
}

test('given a diagram with a slip, when it is read, then that is said', () => {
  assert.throws(() => readMermaid('flowchart TB\n  a --> b'), /no kind/)
  assert.throws(() => readMermaid('sequenceDiagram\n  participant a\n  a->>b: hello'), /b is not declared/)
  assert.throws(() => readMermaid('stateDiagram-v2\n  a -> b'), /no line/)
})
