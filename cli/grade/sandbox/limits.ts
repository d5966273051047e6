/** What a submission may take. Of each program that it runs, unless it says otherwise. */
export interface Limits {
  /** Milliseconds that one program may run; the checks' own deadlines are shorter. */
  readonly wallMs: number
  /** Bytes of memory, with all that it starts. T2 and T0 look only a few times a second. */
  readonly memory: number
  /** Processes and threads. */
  readonly pids: number
  /** Cores, of the whole submission. */
  readonly cpus: number
  /** Bytes of standard output and error. The first 1 MB is kept; beyond this it is ended. */
  readonly output: number
  /** Bytes of /tmp. */
  readonly tmp: number
  /** Bytes of the submission's folder, in which all its programs write. */
  readonly work: number
  /** Files and folders in there. */
  readonly files: number
  /** Open files. */
  readonly fds: number
  /** Bytes that the whole submission may send to its broker. */
  readonly sent: number
}

const MB = 2 ** 20

/**
 * Generous to every right shop, ruinous to nobody. `output` is far above the megabyte that is kept, since the contract says that extra
 * output costs no mark.
 */
export const LIMITS: Limits = {
  wallMs: 10 * 60_000,
  memory: 384 * MB,
  pids: 128,
  cpus: 1,
  output: 32 * MB,
  tmp: 64 * MB,
  work: 50 * MB,
  files: 20_000,
  fds: 512,
  sent: 256 * MB,
}
