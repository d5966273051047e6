import { Gauge, type Registry } from 'prom-client'

/**
 * The process itself, under the names that prom-client's own defaults use. Those watch the event loop with a hundred timers a second and note every
 * garbage collection, which costs an idle service more than all its work; these are read when somebody asks.
 */
export const countProcess = (register: Registry): void => {
  const registers = [register]
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  const { performance } = globalThis
  const started = performance.timeOrigin / 1000
  gauge('process_start_time_seconds', 'Start of the process, seconds since 1970', () => started)
  gauge('process_cpu_seconds_total', 'User and system time so far', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  gauge('process_resident_memory_bytes', 'Memory that the process holds', () => process.memoryUsage.rss())
  gauge('nodejs_heap_size_used_bytes', 'Of it, in use by JavaScript', () => process.memoryUsage().heapUsed)
  gauge(
    'nodejs_eventloop_utilization_ratio',
    'Share of its time in which the event loop worked, since the start',
    () => performance.eventLoopUtilization().utilization,
  )
}
