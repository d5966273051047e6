/** What the handouts show is what the answers really print. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fill, handoutPath, play, sessionsIn, withFacts } from '../../cli/author/handouts.ts'
import { PARTS } from '../../cli/author/lay.ts'
import { sessions } from '../../cli/author/sessions.ts'
import { ownBroker } from './own-broker.ts'

const brokers = ownBroker()

for (const part of PARTS) {
  test(`given the handout of ${part}, when its sessions are played again, then they print what it shows`, async () => {
    const text = await readFile(handoutPath(part), 'utf8')
    const played = await play(sessionsIn(text), part, brokers())
    assert.equal(text, fill(await withFacts(text, part), played), `run \`node cli/author/handouts.ts ${part[0]}\``)
  })
}

test('given the list of sessions, when it is compared with the handouts, then none of them is unused', async () => {
  const texts = await Promise.all(PARTS.map((part) => readFile(handoutPath(part), 'utf8')))
  assert.deepEqual(texts.flatMap(sessionsIn).sort(), Object.keys(sessions).sort())
})
