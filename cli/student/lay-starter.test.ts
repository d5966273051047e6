import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { layParts, PARTS, partFiles } from '../author/lay.ts'
import type { Part } from '../check/contract.ts'
import { LabError } from '../command.ts'
import { layStarter, resetPart, type Wish } from './lay-starter.ts'

const NOW = Date.parse('2026-11-21T06:50:00Z')

/** Spaces and umlauts in the path, as on many a student's machine. */
function folder(t?: TestContext): string {
  const base = mkdtempSync(path.join(os.tmpdir(), 'mein läden '))
  t?.after(() => rmSync(base, { recursive: true, force: true }))
  return path.join(base, 'my shop')
}

const wish = (workspace: string, part: Part, started: readonly Part[] = []): Wish => ({
  workspace,
  part,
  started: new Set(started),
  now: NOW,
})

/** Every file below the workspace: path → text. */
function contents(workspace: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(workspace, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes('node_modules')) continue
    const file = path.join(entry.parentPath, entry.name)
    found.set(path.relative(workspace, file), readFileSync(file, 'latin1'))
  }
  return found
}

function put(workspace: string, file: string, text: string | Buffer): void {
  mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true })
  writeFileSync(path.join(workspace, file), text)
}

const courseFiles = new Set(
  (await Promise.all(PARTS.map((part) => partFiles(part, 'starter')))).flatMap((files) => [...files.keys()]),
)

type Step =
  | { readonly act: 'start' | 'reset'; readonly part: Part }
  | { readonly act: 'edit'; readonly file: string; readonly bytes: Uint8Array }

test('given any edits, starts and resets in any order, when each is done, then what was there is in the workspace or in a dated copy', async () => {
  const labJsons = fc.constantFrom(
    '{"contract":1,"mine":true}',
    '{"contract": 1, "commands": {"topics": "python t.py"}}',
  )
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ act: fc.constantFrom('start', 'reset'), part: fc.constantFrom(...PARTS) }) as fc.Arbitrary<Step>,
    fc.record({
      act: fc.constant('edit' as const),
      file: fc.constantFrom(...courseFiles),
      bytes: fc.uint8Array({ maxLength: 40 }),
    }),
    fc.record({
      act: fc.constant('edit' as const),
      file: fc.constant('lab.json'),
      bytes: labJsons.map((text) => Buffer.from(text)),
    }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const workspace = folder()
      const started: Part[] = []
      try {
        mkdirSync(workspace, { recursive: true })
        for (const one of steps) {
          if (one.act === 'edit') {
            put(workspace, one.file, Buffer.from(one.bytes))
            continue
          }
          const before = contents(workspace)
          try {
            await (one.act === 'start' ? layStarter : resetPart)(wish(workspace, one.part, started))
            started.push(one.part)
          } catch (error) {
            assert.ok(error instanceof LabError, 'only a lab.json that is no JSON may stop it')
          }
          const after = contents(workspace)
          for (const [file, text] of before) {
            const kept = [...after].some(
              ([at, now]) => now === text && (at === file || (at.startsWith('.saved') && at.endsWith(file))),
            )
            assert.ok(kept, `${one.act} ${one.part} lost ${file}`)
          }
        }
      } finally {
        rmSync(path.dirname(workspace), { recursive: true, force: true })
      }
    }),
    { numRuns: 60 },
  )
})

test('given an empty place, when part A starts, then the starter is there, with packages, and nothing was copied', async (t) => {
  const workspace = folder(t)
  const laid = await layStarter(wish(workspace, 'a-kafka'))
  assert.equal(laid.saved, null)
  assert.ok(laid.files.every(({ action }) => action === 'added'))
  assert.ok(statSync(path.join(workspace, 'node_modules', 'kafkajs')).isDirectory())
})

test('given solved parts and edited wiring, when the next part wires anew, then the copy holds the edit and the answer is that of the course', async (t) => {
  const workspace = folder(t)
  await layParts(['a', 'b', 'c', 'd'], workspace, 'solution')
  put(workspace, 'order/main.ts', '// mine')
  const laid = await layStarter(wish(workspace, 'e-order', ['a-kafka', 'b-services', 'c-events', 'd-producer']))
  assert.equal(laid.saved, path.join('.saved', '2026-11-21T06-50-00'))
  assert.equal(readFileSync(path.join(workspace, laid.saved, 'order/main.ts'), 'utf8'), '// mine')
  const starter = await partFiles('e-order', 'starter')
  assert.equal(readFileSync(path.join(workspace, 'order/main.ts'), 'utf8'), starter.get(path.join('order', 'main.ts')))
  assert.equal(laid.missing.size, 0)
})

test('given two starts in one second, when both copy, then each has a folder of its own', async (t) => {
  const workspace = folder(t)
  await layParts(['a', 'b'], workspace, 'starter')
  put(workspace, 'order/main.ts', 'one')
  await layStarter(wish(workspace, 'e-order'))
  put(workspace, 'order/main.ts', 'two')
  const second = await resetPart(wish(workspace, 'e-order'))
  assert.equal(second.saved, path.join('.saved', '2026-11-21T06-50-00-2'))
})

test('given nothing but part E, when it starts, then it names the parts and files that are missing before it', async (t) => {
  const { missing, files } = await layStarter(wish(folder(t), 'e-order'))
  assert.deepEqual([...missing.keys()], ['a-kafka', 'b-services', 'c-events', 'd-producer'])
  assert.ok(files.some(({ file, action }) => file === 'lab.json' && action === 'added'))
})

test('given a lab.json that is broken, when a part starts, then nothing is changed and the sentence says how to go on; reset of A repairs it', async (t) => {
  const workspace = folder(t)
  put(workspace, 'lab.json', '{ "contract": 1, ')
  await assert.rejects(layStarter(wish(workspace, 'a-kafka')), (error: LabError) => {
    assert.equal(error.exit, 2)
    assert.match(
      error.message + error.remedy,
      /lab\.json cannot be used: line 1, column 18[\s\S]*Nothing was changed[\s\S]*lab reset a/,
    )
    return true
  })
  assert.deepEqual([...contents(workspace).keys()], ['lab.json'])
  const { saved } = await resetPart(wish(workspace, 'a-kafka'))
  assert.equal(readFileSync(path.join(workspace, saved ?? '', 'lab.json'), 'utf8'), '{ "contract": 1, ')
  assert.equal(JSON.parse(readFileSync(path.join(workspace, 'lab.json'), 'utf8')).contract, 1)
})

test('given a folder where a file belongs, or a file where a folder does, when a part starts, then it is named and nothing is lost', async (t) => {
  const workspace = folder(t)
  mkdirSync(path.join(workspace, 'docker-compose.yml'), { recursive: true })
  await assert.rejects(
    layStarter(wish(workspace, 'a-kafka')),
    /Something else is where the file .*docker-compose\.yml belongs/,
  )
  const other = folder(t)
  put(other, 'kafka', 'a file')
  await assert.rejects(layStarter(wish(other, 'a-kafka')), /Something else is where the file .*belongs/)
  assert.equal(readFileSync(path.join(other, 'kafka'), 'utf8'), 'a file')
})

test('given links that lead nowhere, when a part starts, then packages and files are there', async (t) => {
  const workspace = folder(t)
  mkdirSync(workspace, { recursive: true })
  symlinkSync('/nowhere/at/all', path.join(workspace, 'node_modules'))
  await layStarter(wish(workspace, 'a-kafka'))
  assert.ok(statSync(path.join(workspace, 'node_modules', 'kafkajs')).isDirectory())
})

test('given a file that is a link to a file elsewhere, when its part is reset, then what lies elsewhere stays', async (t) => {
  const workspace = folder(t)
  const elsewhere = path.join(path.dirname(workspace), 'elsewhere.ts')
  writeFileSync(elsewhere, 'precious')
  mkdirSync(path.join(workspace, 'kafka'), { recursive: true })
  symlinkSync(elsewhere, path.join(workspace, 'kafka', 'topics.ts'))
  await resetPart(wish(workspace, 'a-kafka'))
  assert.equal(readFileSync(elsewhere, 'utf8'), 'precious')
})
