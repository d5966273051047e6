import { type ChildProcess, spawn } from 'node:child_process'

/**
 * A shell that reads process groups from a pipe (`+ID` begins, `-ID` ends) and, when the pipe closes, asks those that are left to end;
 * after six seconds it insists. A pipe closes however its writer dies.
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
for id in $alive; do kill -TERM -"$id" && kill -CONT -"$id"; done
left=60
while [ $left -gt 0 ]; do
  some=
  for id in $alive; do kill -0 -"$id" && some=yes; done
  [ -z "$some" ] && exit
  sleep 0.1
  left=$((left - 1))
done
for id in $alive; do kill -KILL -"$id"; done
`

/** Sees to it that no process outlives this program, whether it ends in order, crashes or is killed with -9. */
export class Guard {
  readonly #shell: ChildProcess

  constructor() {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'guard'], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin' },
    })
    this.#shell.on('error', () => {})
    this.#shell.stdin?.on('error', () => {})
    this.#shell.unref()
    const pipe: unknown = this.#shell.stdin
    if (hasUnref(pipe)) pipe.unref()
  }

  watch(group: number): void {
    this.#shell.stdin?.write(`+${group}\n`)
  }

  forget(group: number): void {
    this.#shell.stdin?.write(`-${group}\n`)
  }

  close(): void {
    this.#shell.stdin?.end()
  }
}

/** A pipe to a child is a socket, which must not keep this program alive; the type says only that it can be written to. */
function hasUnref(stream: unknown): stream is { unref(): void } {
  return typeof stream === 'object' && stream !== null && 'unref' in stream && typeof stream.unref === 'function'
}
