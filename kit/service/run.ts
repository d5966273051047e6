import { runProcess } from './run-process.ts'
import type { BaseSettings } from './settings.ts'
import type { ServiceSpec } from './spec.ts'
import { startService } from './start.ts'

/** Runs a service as a process: see run-process.ts. */
export const runService = <DB, Settings extends BaseSettings>(
  name: string,
  spec: () => ServiceSpec<DB, Settings>,
): Promise<void> => runProcess(name, spec, startService)
