/** One queue before one worker: what comes while a batch is being worked on becomes the next batch. */
export interface Batcher<Job, Result> {
  /** Resolves with this job's result; rejects with what the batch's run threw. */
  submit(job: Job): Promise<Result>
  /** Resolves when nothing waits and nothing runs. */
  idle(): Promise<void>
}

interface Waiting<Job, Result> {
  readonly job: Job
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Batches that form by themselves: a lone job starts at once (in the same turn of the event loop, behind the I/O that is ready), and
 * under load each run takes all that has gathered. So a batch costs no waiting, only as much as there is work.
 * `run` returns one result a job, in their order.
 */
export const createBatcher = <Job, Result>(
  run: (jobs: readonly Job[]) => Promise<readonly Result[]>,
  maxJobs = 500,
): Batcher<Job, Result> => {
  let queue: Waiting<Job, Result>[] = []
  let working: Promise<void> | null = null

  const workOff = async (): Promise<void> => {
    // Lets all that arrived in this turn (the partitions of one fetch, the requests of one read) join the first batch.
    await new Promise(setImmediate)
    while (queue.length > 0) {
      const batch = queue.slice(0, maxJobs)
      queue = queue.slice(maxJobs)
      try {
        const results = await run(batch.map(({ job }) => job))
        batch.forEach(({ resolve }, i) => {
          resolve(results[i] as Result)
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    working = null
  }

  return {
    submit: (job) =>
      new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject })
        working ??= workOff()
      }),
    idle: async () => {
      while (working !== null) await working
    },
  }
}
