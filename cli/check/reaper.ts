import { type ChildProcess, spawn } from 'node:child_process'
import { RUN_MARK } from './tree.ts'

/**
 * Ends every process group that is still registered when the checker is gone, however it went: a shell that reads group ids from a pipe
 * and starts killing when the pipe closes. `+ID` registers, `-ID` forgets; at the end it also looks for the run's mark.
 */
const SCRIPT = `
alive=" "
while read -r line; do
  id=\${line#?}
  case $line in
    +*) alive="$alive$id " ;;
    -*) case $alive in *" $id "*) alive="\${alive%% $id *} \${alive#* $id }" ;; esac ;;
  esac
done
for id in $alive; do kill -9 -"$id" 2>/dev/null; done
# One grep over all processes: two small programs for each of them would take longer than a quick check.
for file in $(grep -lsaF "$1" /proc/[0-9]*/environ 2>/dev/null); do
  id=\${file#/proc/}
  kill -9 "\${id%/environ}" 2>/dev/null
done
`

export class Reaper {
  readonly #shell: ChildProcess

  constructor(run: string) {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'reaper', `${RUN_MARK}=${run}-`], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin' },
    })
    this.#shell.on('error', () => {})
    this.#shell.stdin?.on('error', () => {})
    this.#shell.unref()
  }

  watch(group: number): void {
    this.#shell.stdin?.write(`+${group}\n`)
  }

  forget(group: number): void {
    this.#shell.stdin?.write(`-${group}\n`)
  }

  /** Ends what is still registered and waits until that is done. */
  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#shell.once('close', () => resolve()))
    this.#shell.ref()
    this.#shell.stdin?.end()
    if (this.#shell.exitCode === null && this.#shell.signalCode === null && this.#shell.pid !== undefined) await gone
  }
}
