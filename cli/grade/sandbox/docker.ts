import { type BoxPlan, innerEnvironment } from './bubblewrap.ts'
import { INSIDE } from './mounts.ts'

/** Any image with glibc: Node itself is mounted. */
const IMAGE = 'debian:12-slim'

/** The same box as a container. `name` is what `docker kill` takes. Never run by our own tests: there was no Docker engine where they were written. */
export function dockerWords(plan: BoxPlan, name: string, uid: number): string[] {
  const { limits, mounts } = plan
  return [
    ...['docker', 'run', '--rm', '--interactive', '--init', '--name', name, '--network', 'none', '--read-only'],
    ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--user', `${uid}:${uid}`, '--hostname', 'lab'],
    ...['--pids-limit', String(limits.pids), '--memory', String(limits.memory), '--memory-swap', String(limits.memory)],
    ...['--cpus', String(limits.cpus), '--ulimit', `nofile=${limits.fds}`, '--ulimit', 'core=0'],
    ...['--ulimit', `fsize=${limits.work}`, '--tmpfs', `/tmp:size=${limits.tmp},mode=1777`],
    ...mounts.flatMap(({ from, to, write }) => ['--volume', `${from}:${to}:${write ? 'rw' : 'ro'}`]),
    ...Object.entries(innerEnvironment(plan)).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--workdir', INSIDE.shop, IMAGE, ...plan.words],
  ]
}
