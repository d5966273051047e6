import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runLab } from '../tests/run-lab.ts'
import { GROUPS, TABLE } from './commands/table.ts'
import { wantsColour } from './context.ts'

const ESC = '\u001b'

test('given no command or --help, when lab runs, then it lists every command and ends well', async () => {
  const [bare, asked] = await Promise.all([runLab([]), runLab(['--help'])])
  assert.equal(bare.out, asked.out)
  assert.equal(asked.code, 0)
  assert.equal(asked.err, '')
  for (const { name, summary } of TABLE)
    assert.ok(asked.out.includes(`  ${name} `) && asked.out.includes(summary), name)
  assert.match(asked.out, /^Usage: lab <command> \[options\]\n/)
})

test('given the table, when every command is loaded, then it has a place, says what it does and gives an example of itself', async () => {
  assert.equal(new Set(TABLE.map(({ name }) => name)).size, TABLE.length)
  for (const { name, group, load } of TABLE) {
    const { command } = await load()
    assert.ok(GROUPS.includes(group), name)
    assert.match(command.about.split('\n')[0] ?? '', /\.$/, name)
    assert.ok(
      command.examples.some(([typed]) => typed.startsWith(name)),
      `${name}: no example starts with it`,
    )
  }
})

test('given a command and --help, when lab runs, then it shows usage, options and examples', async () => {
  const { code, out } = await runLab(['logs', '--help'])
  assert.equal(code, 0)
  assert.equal(
    out,
    `Usage: lab logs [options] [name]

Prints the end of what the broker (kafka) or a service wrote. Without a name:
which logs there are. With --json each line is a JSON text.

Arguments:
  name                 kafka, or a service such as order

Options:
  --json               print JSON, for machines
  --verbose            show more, and where a fault came from
  --no-color           print without colour
  -f, --follow         go on printing what is added, until Ctrl-C
  -n, --lines <count>  how many lines from the end (default: 40)
  -h, --help           show help

Examples:
  lab logs kafka           the last 40 lines of the broker
  lab logs order -f        follow the order service
  lab logs payment -n 500  more of the past
`,
  )
})

const WRONG: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [['statsu'], /unknown command 'statsu'[\s\S]*Did you mean status/],
  [['status', '--bogus'], /unknown option '--bogus'[\s\S]*lab status --help/],
  [['status', 'extra'], /too many arguments/],
  [['logs', 'kafka', '-n', 'x'], /'x' is invalid.* a whole number from 0/],
  [['logs', 'kafka', '-n', '-1'], /a whole number from 0/],
  [['logs', 'nosuch'], /no log of nosuch/],
]
for (const [args, said] of WRONG) {
  test(`given wrong usage (${args.join(' ')}), when lab runs, then it says what is wrong and ends with 2`, async () => {
    const { code, out, err } = await runLab(args)
    assert.match(err, said)
    assert.equal(out, '')
    assert.equal(code, 2)
    assert.doesNotMatch(err, /\n {4}at /)
  })
}

test('given a fault, when lab runs with and without --verbose and --json, then the stack shows only when asked for', async () => {
  const env = { KAFKA_BROKERS: '127.0.0.1:1' }
  const [plain, verbose, json] = await Promise.all([
    runLab(['up'], env),
    runLab(['up', '--verbose'], env),
    runLab(['--json', 'up'], env),
  ])
  assert.equal(plain.code, 3)
  assert.match(plain.err, /KAFKA_BROKERS is 127\.0\.0\.1:1, but no broker answers there: .*ECONNREFUSED[\s\S]*unset it/)
  assert.doesNotMatch(plain.err, /\n {4}at /)
  assert.match(verbose.err, /\n {4}at /)
  assert.equal(JSON.parse(json.out).error.code, 'broker-silent')
})

test('given hostile text in an argument, when lab repeats it, then it is escaped', async () => {
  const { err } = await runLab(['logs', `a${ESC}[31mb\rc`])
  assert.match(err, /no log of ab\\u\{d\}c/)
})

test('given NO_COLOR, CI, a dumb terminal or none, when colour is chosen, then there is none; FORCE_COLOR brings it back', () => {
  assert.equal(wantsColour({}, true), true)
  assert.equal(wantsColour({}, false), false)
  assert.equal(wantsColour({ NO_COLOR: '1' }, true), false)
  assert.equal(wantsColour({ NO_COLOR: '', CI: 'true' }, true), false)
  assert.equal(wantsColour({ TERM: 'dumb' }, true), false)
  assert.equal(wantsColour({ FORCE_COLOR: '1' }, false), true)
  assert.equal(wantsColour({ FORCE_COLOR: '1', NO_COLOR: '1' }, true), false)
})

test('given FORCE_COLOR, when lab prints a result, then it is coloured; with --no-color and with --json it is not', async () => {
  const env = { FORCE_COLOR: '1', KAFKA_BROKERS: '127.0.0.1:1' }
  const [coloured, plain, json] = await Promise.all([
    runLab(['status'], env),
    runLab(['status', '--no-color'], env),
    runLab(['status', '--json'], env),
  ])
  assert.ok(coloured.out.includes(ESC))
  assert.ok(!plain.out.includes(ESC) && !json.out.includes(ESC))
})
