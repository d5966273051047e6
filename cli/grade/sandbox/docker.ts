import path from 'node:path'
import { type BoxPlan, innerEnvironment, SHARED_MEMORY } from './bubblewrap.ts'
import { INSIDE, type Mount, systemMounts } from './mounts.ts'

/** An image with nothing in it: what a program stands on is mounted, as for bubblewrap, so that nothing has to be fetched. */
export const IMAGE = 'saga-lab-box:1'

/**
 * The container's first process: a shell takes leave of those that lose their parent, which Node would leave to count as processes for good. The name of the
 * host is the engine's doing.
 */
const FIRST = ['/bin/sh', '-c', 'unset HOSTNAME; exec 3<&0; "$@" <&3 3<&- & wait $!', 'sh']

/** The same box as a container. `name` is what `docker kill` takes. */
export function dockerWords(plan: BoxPlan, name: string, uid: number): string[] {
  const { limits } = plan
  const { mounts, links } = systemMounts()
  const linked = links.map(({ target, at }) => ({ from: path.resolve('/', target), to: at }))
  return [
    // Nothing that a program prints may fill the engine's own log.
    ...['docker', 'run', '--interactive', '--name', name, '--pull', 'never', '--log-driver', 'none'],
    ...['--network', 'none', '--read-only', '--hostname', 'lab', '--user', `${uid}:${uid}`],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--ipc', 'private'],
    ...['--pids-limit', String(limits.pids), '--memory', String(limits.memory), '--memory-swap', String(limits.memory)],
    ...['--cpus', String(limits.cpus), '--ulimit', `nofile=${limits.fds}`, '--ulimit', 'core=0'],
    ...['--ulimit', `fsize=${limits.work}`, '--tmpfs', `/tmp:size=${limits.tmp},mode=1777,exec`],
    ...['--shm-size', String(SHARED_MEMORY), '--tmpfs', '/sys:size=4k,ro'],
    ...[...mounts, ...linked, ...plan.mounts].flatMap(mountWords),
    ...Object.entries(innerEnvironment(plan)).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--workdir', INSIDE.shop, IMAGE, ...FIRST, ...plan.words],
  ]
}

function mountWords({ from, to, write }: Mount): string[] {
  return ['--mount', `type=bind,"source=${quoted(from)}","target=${quoted(to)}"${write ? '' : ',readonly'}`]
}

/** `--mount` takes a line of CSV, `--volume` no colon in a path. */
const quoted = (text: string): string => text.replaceAll('"', '""')
