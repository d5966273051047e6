/**
 * A newcomer types what the README prints, in a fresh clone of the kit, and lays in the solution one region after the other. With FULL=1 every part
 * is checked, up to 100 marks; otherwise the first one, and of the others it is seen that the regions make up the right shop. Part A is walked by all
 * commands of the path for those who learn alone.
 */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { PARTS, partFiles, partsUpTo, sourceFolder } from '../../cli/author/lay.ts'
import { toSolution, toStarter } from '../../cli/author/marks.ts'
import { startBroker, type ThrowawayBroker } from '../../cli/broker/throwaway.ts'
import { PARTS as MARKS, type Part } from '../../cli/check/contract.ts'
import type { Lesson } from '../../labs/lesson.ts'

const HOME = path.resolve(import.meta.dirname, '../..')
const full = process.env.FULL === '1'

/** The commands of the block that begins the course, as the README prints them. */
const block =
  /## Learn it[\s\S]*?```sh\n([\s\S]*?)```/.exec(readFileSync(path.join(HOME, 'README.md'), 'utf8'))?.[1] ?? ''
const printed = block.split('\n').flatMap((line) => /^node bin\/lab\.js (\w+ a)\b/.exec(line)?.[1] ?? [])

/** What labs/README.md prints for those who learn alone, without the word `lab`. */
const alone =
  /## Path 3[\s\S]*?```sh\n([\s\S]*?)```/.exec(readFileSync(path.join(HOME, 'labs/README.md'), 'utf8'))?.[1] ?? ''
const path3 = alone.split('\n').flatMap((line) => /^lab (.+?) *(?:#|$)/.exec(line)?.[1] ?? [])

let kit: string
let broker: ThrowawayBroker

before(async () => {
  kit = mkdtempSync(path.join(tmpdir(), 'lab-walkthrough-'))
  layKit()
  symlinkSync(path.join(HOME, 'node_modules'), path.join(kit, 'node_modules'), 'junction')
  const data = path.join(kit, 'broker')
  mkdirSync(data)
  broker = await startBroker({ dir: data })
})
/** What git holds of the kit; where it was unpacked and not cloned, all but what was installed and made here. */
function layKit(): void {
  try {
    // Whoever runs the tests need not be who cloned the kit.
    execFileSync('git', ['-c', 'safe.directory=*', 'clone', '--quiet', '--local', HOME, kit], { stdio: 'pipe' })
  } catch {
    const made = ['node_modules', '.lab', '.git'].map((name) => path.join(HOME, name))
    cpSync(HOME, kit, { recursive: true, filter: (source) => !made.includes(source) })
  }
}

after(async () => {
  await broker?.kill9()
  rmSync(kit, { recursive: true, force: true, maxRetries: 5 })
})

/**
 * As it is printed, `node bin/lab.js …`, in the clone; the packages are those of this kit, so there is nothing to install. A check may use the broker
 * of this test, so that the lab's own, which may be at work, is left alone.
 */
function lab(words: string): Promise<{ code: number; out: string; said: string }> {
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env
  const env = { ...rest, CI: '1', KAFKA_BROKERS: broker.brokers, LAB_DIR: path.join(kit, '.lab') }
  const args = [path.join('bin', 'lab.js'), ...words.split(' ')]
  if (words.startsWith('check')) args.push('--yes-use-this-broker')
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: kit, env, timeout: 900_000, maxBuffer: 64 << 20 }, (error, out, err) =>
      resolve({ code: error ? Number(error.code ?? 255) : 0, out, said: out + err }),
    )
  })
}

/** As a newcomer does who reads that the machine was at fault and not the shop: once more, and once again. */
async function checked(words: string) {
  let ended = await lab(words)
  for (let tries = 1; ended.code === 3 && tries < 3; tries++) ended = await lab(words)
  return ended
}

const lessonOf = async (part: Part): Promise<Lesson> =>
  ((await import(`../../labs/${part}/part.ts`)) as { lesson: Lesson }).lesson

/** The file with its first `count` regions written, the others as the starter has them; undefined where it has fewer regions. */
function written(source: string, count: number): string | undefined {
  const pieces = source.split(/(?<=lab:end\n)/)
  if (pieces.filter((piece) => piece.includes('lab:begin')).length < count) return undefined
  let left = count
  return pieces
    .map((piece) => (piece.includes('lab:begin') && left-- <= 0 ? toStarter(piece) : toSolution(piece)))
    .join('')
}

/** Lays in the solution of a part, region by region, into the files that its start brought. Returns how many regions there were. */
async function write(part: Part): Promise<number> {
  let regions = 0
  for (const file of (await lessonOf(part)).files) {
    const source = readFileSync(path.join(sourceFolder(part, 'solution'), file), 'utf8')
    const mine = path.join(kit, 'my-shop', file)
    assert.equal(readFileSync(mine, 'utf8'), written(source, 0), `${file} is what lab start brings`)
    for (let count = 1; ; count++) {
      const text = written(source, count)
      if (text === undefined) break
      writeFileSync(mine, text)
      regions++
    }
  }
  return regions
}

/** What a command tells to type next, behind these words. */
const toldAfter = (said: string, words: string): string =>
  new RegExp(`${words} lab (.+)`).exec(said)?.[1] ?? assert.fail(`nothing is told to be typed: ${said}`)

const typed = (command: string, part: Part): string => command.replace(/ a$/, ` ${part[0]}`)

test('given the README, when the block that begins the course is read, then it starts a part and checks it', () => {
  assert.deepEqual(printed, ['start a', 'check a'])
  assert.match(readFileSync(path.join(HOME, 'README.md'), 'utf8'), /in the same way with the letters b to i/)
  assert.deepEqual(path3, [
    'start a',
    'check a --watch',
    'hint',
    'answer a --diff',
    'quiz a',
    'quiz --review',
    'viva --self',
  ])
})

for (const part of PARTS) {
  const isChecked = full || part === PARTS[0]
  test(`given a newcomer at ${part}, when all regions are written, then ${isChecked ? 'it has all its marks' : 'the shop is the right one'}`, async () => {
    const [start = '', check = ''] = printed.map((command) => typed(command, part))
    const begun = await lab(start)
    assert.equal(begun.code, 0, begun.said)
    if (isChecked) {
      const tried = await checked(check)
      assert.equal(tried.code, 1, tried.said)
      assert.match(tried.said, /^ +next +\S/m)
    }
    if (part === PARTS[0]) {
      const helped = await lab('hint')
      assert.equal(helped.code, 0, helped.said)
      assert.match(helped.out, /^Hint for A\d\n\nAsk yourself\n {2}\S/)
      const differing = await lab('answer a --diff')
      assert.equal(differing.code, 0, differing.said)
      assert.match(differing.out, /numPartitions: 3/)
    }
    assert.ok((await write(part)) > 0)
    if (isChecked) {
      const done = await checked(`${check} --json`)
      assert.equal(done.code, 0, done.said)
      assert.equal(JSON.parse(done.out).marks, MARKS[part])
    }
    for (const one of partsUpTo(part).slice(-1)) {
      for (const [file, text] of await partFiles(one, 'solution'))
        assert.equal(readFileSync(path.join(kit, 'my-shop', file), 'utf8'), text, file)
    }
  })
}

test('given a newcomer who has done part A, when answer, quiz and viva are typed as they are printed, then each goes on and is remembered', async () => {
  const same = await lab('answer a --diff')
  assert.equal(same.code, 0, same.said)
  assert.doesNotMatch(same.out, /^[+-]/m)

  const asked = await lab('quiz a')
  assert.match(asked.out, /^5\. /m)
  const answered = await lab(`${toldAfter(asked.out, 'Answer with:')} --json`)
  assert.equal(JSON.parse(answered.out).of, 5, answered.said)

  const reviewed = await lab(`${toldAfter((await lab('quiz --review')).out, 'Answer with:')} --json`)
  assert.equal(reviewed.code, 0, reviewed.said)

  const examined = await lab('viva --self')
  const noted = await lab(`${toldAfter(examined.out, 'Say what you knew:')} --json`)
  assert.deepEqual(
    JSON.parse(noted.out).noted.map(({ knew }: { knew: boolean }) => knew),
    [true],
    noted.said,
  )
})

test('given a newcomer at the end, when the progress is asked for, then it tells the marks that were checked', async () => {
  const { out } = await lab('progress --json')
  const { marks, max } = JSON.parse(out)
  assert.equal(max, 100)
  assert.equal(marks, full ? 100 : MARKS['a-kafka'])
})
