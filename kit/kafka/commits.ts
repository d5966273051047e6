import type { Offsets } from 'kafkajs'

/** At most one commit in this time: a busy consumer makes hundreds of batches a second, and a late commit costs only repeats. */
const GAP_MS = 20

export interface Commits {
  /** Notes the next offset to read; it is committed soon, together with what else is noted meanwhile. */
  note(topic: string, partition: number, next: bigint): void
  /** Commits now what is noted, and waits for it. Never rejects: an offset that is not committed only comes again. */
  flush(): Promise<void>
  /** Forgets what is noted: the partitions were given out anew. */
  forget(): void
}

/** Single flight, coalescing, beside the fetches instead of between them. `commit` asks the broker; `onFailure` hears why not. */
export function createCommits(
  commit: (offsets: Offsets) => Promise<void>,
  onFailure: (error: unknown) => void,
): Commits {
  const noted = new Map<string, Map<number, bigint>>()
  let running: Promise<void> | null = null
  let gap: NodeJS.Timeout | null = null

  async function commitNoted(): Promise<void> {
    const offsets = take(noted)
    if (offsets === null) return
    try {
      await commit(offsets)
    } catch (error) {
      onFailure(error)
    }
  }

  function start(): Promise<void> {
    running ??= commitNoted().finally(() => {
      running = null
      gap = setTimeout(() => {
        gap = null
        if (noted.size > 0) void start()
      }, GAP_MS)
      gap.unref()
    })
    return running
  }

  return {
    note: (topic, partition, next) => {
      const partitions = noted.get(topic) ?? new Map<number, bigint>()
      noted.set(topic, partitions.set(partition, next))
      if (gap === null) void start()
    },
    flush: async () => {
      await running
      if (gap !== null) clearTimeout(gap)
      gap = null
      if (noted.size > 0) await start()
    },
    forget: () => noted.clear(),
  }
}

function take(noted: Map<string, Map<number, bigint>>): Offsets | null {
  if (noted.size === 0) return null
  const topics = [...noted].map(([topic, partitions]) => ({
    topic,
    partitions: [...partitions].map(([partition, next]) => ({ partition, offset: String(next) })),
  }))
  noted.clear()
  return { topics }
}
