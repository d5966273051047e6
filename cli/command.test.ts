import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineCommand, texts } from './command.ts'
import { parse } from './program.ts'

const streams = { out: () => {}, err: () => {} }

/** What a command with this argument gets of these words. */
async function given(flags: string, ...words: string[]): Promise<unknown> {
  const command = defineCommand({
    about: 'Names things.',
    args: { things: texts(flags, 'things') },
    examples: [['name a b', 'names a and b']],
    run: async () => 0,
  })
  const entry = { name: 'name', summary: 'names things', load: async () => ({ command }) }
  const request = await parse([entry] as never, ['name', ...words], '1.0.0', streams)
  return (request?.input as unknown as { args: { things: unknown } } | undefined)?.args.things
}

test('given an argument of any number of texts, when none or two are given, then it is a list of them', async () => {
  assert.deepEqual(await given('[things...]'), [])
  assert.deepEqual(await given('[things...]', 'a', 'b'), ['a', 'b'])
})

test('given an argument of at least one text, when two are given, then it is a list; when none is, then that is wrong usage', async () => {
  assert.deepEqual(await given('<things...>', 'a', 'b'), ['a', 'b'])
  await assert.rejects(given('<things...>'), { code: 'commander.missingArgument' })
})
