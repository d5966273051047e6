import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { layParts, lendModules, PARTS } from '../../cli/author/lay.ts'

/** A shop that must get every mark. `lay` writes it into an empty folder. */
export interface RightShop {
  readonly name: string
  lay(dir: string): Promise<void>
}

interface LabJson {
  readonly services: Record<string, { run: string }>
  readonly commands: Record<string, string>
}

const ROOT = path.resolve(import.meta.dirname, '../..')

/** The answer key, each of its programs started by way of `wrap`. */
const wrapped = (name: string, wrap: string): RightShop => ({
  name,
  lay: async (dir) => {
    await layParts(PARTS, dir, 'solution')
    await writeFile(path.join(dir, 'by.sh'), `${wrap}\n`)
    const file = path.join(dir, 'lab.json')
    const lab = JSON.parse(await readFile(file, 'utf8')) as LabJson
    const by = (words: string): string => `sh by.sh ${words}`
    const services = Object.entries(lab.services).map(([service, entry]) => [service, { ...entry, run: by(entry.run) }])
    const commands = Object.entries(lab.commands).map(([command, words]) => [command, by(words)])
    const changed = { ...lab, services: Object.fromEntries(services), commands: Object.fromEntries(commands) }
    await writeFile(file, JSON.stringify(changed))
  },
})

/** It passes on what reaches the shell alone: standard input, SIGTERM, and in the other direction the exit code, which a signal makes it ask for twice. */
const CHILD_OF_A_SHELL = `exec 3<&0
"$@" <&3 &
child=$!
trap 'kill -TERM $child' TERM
wait $child
code=$?
if kill -0 $child 2>/dev/null; then wait $child; code=$?; fi
exit $code`

/** Ten ways to be right: other code, other libraries, other habits of starting a program, slow ones and talkative ones. */
export const RIGHT_SHOPS: readonly RightShop[] = [
  { name: 'the answer key', lay: async (dir) => void (await layParts(PARTS, dir, 'solution')) },
  {
    name: 'another client, batches and transactions',
    lay: async (dir) => {
      await cp(path.join(ROOT, 'tests/course/other-shop'), dir, { recursive: true })
      await lendModules(dir)
    },
  },
  wrapped('by the whole path of its program', 'program=$(command -v "$1")\nshift\nexec "$program" "$@"'),
  wrapped('handed over by exec', 'exec "$@"'),
  wrapped('as a child of a shell', CHILD_OF_A_SHELL),
  wrapped('slow to start', 'sleep 1\nexec "$@"'),
  wrapped(
    'talkative on standard error',
    'i=0\nwhile [ $i -lt 500 ]; do echo "debug: line $i" >&2; i=$((i+1)); done\nexec "$@"',
  ),
  wrapped('with little memory', 'NODE_OPTIONS="--max-old-space-size=64" exec "$@"'),
  wrapped('of low priority', 'exec nice -n 15 "$@"'),
  wrapped('in another time zone and language', 'TZ=Asia/Kathmandu LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 exec "$@"'),
]
