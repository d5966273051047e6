import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitWords } from './words.ts'

const cases: [line: string, words: string[]][] = [
  ['node order/main.ts', ['node', 'order/main.ts']],
  ['  node\t--test   tests/*.test.ts ', ['node', '--test', 'tests/*.test.ts']],
  [`node 'my shop/main.ts'`, ['node', 'my shop/main.ts']],
  [`java -cp "libs/*:a b" Main`, ['java', '-cp', 'libs/*:a b', 'Main']],
  [`echo "a \\"b\\" \\n \\\\"`, ['echo', 'a "b" \\n \\']],
  [`echo a\\ b ''`, ['echo', 'a b', '']],
  [`echo 'it'"'"'s'`, ['echo', `it's`]],
  ['echo $HOME | cat', ['echo', '$HOME', '|', 'cat']],
  ['echo a#b # c', ['echo', 'a#b']],
  ['', []],
]
for (const [line, words] of cases)
  test(`given ${JSON.stringify(line)}, when split, then ${words.length} words`, () =>
    assert.deepEqual(splitWords(line), words))

test('given an open quote, when split, then the error says where', () => {
  assert.throws(() => splitWords(`node "a b`), /double quote at character 6/)
  assert.throws(() => splitWords(`node 'a b`), /single quote at character 6/)
  assert.throws(() => splitWords('node a\\'), /backslash at the end/)
})
