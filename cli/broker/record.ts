import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { isAlive, type ProcessRef } from './process.ts'
import { type BrokerFiles, brokerFiles, writeDurably } from './storage.ts'

/** Where the lab's own broker comes from. */
export type BrokerKind = 'external' | 'docker' | 'java'

/** What `.lab/broker.json` remembers of the lab's broker, also while it does not run. */
export interface BrokerRecord {
  readonly kind: BrokerKind
  /** host:port, comma separated: what KAFKA_BROKERS takes. */
  readonly brokers: string
  readonly port: number
  /** Why this kind was taken, in a sentence. */
  readonly reason: string
  /** The JVM; absent for Docker, and once it was stopped. */
  readonly process?: ProcessRef
}

export interface LabFiles {
  readonly record: string
  readonly lock: string
  readonly broker: BrokerFiles
}

export function labFiles(stateDir: string): LabFiles {
  return {
    record: path.join(stateDir, 'broker.json'),
    lock: path.join(stateDir, 'broker.lock'),
    broker: brokerFiles(path.join(stateDir, 'kafka')),
  }
}

/** Undefined when there is none, or none that can be read: it only remembers, the data folder's own lock protects. */
export async function readRecord(files: LabFiles): Promise<BrokerRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(files.record, 'utf8')) as Partial<BrokerRecord>
    return record.kind && record.brokers && record.port ? (record as BrokerRecord) : undefined
  } catch {
    return undefined
  }
}

export async function writeRecord(files: LabFiles, record: BrokerRecord): Promise<void> {
  await writeDurably(files.record, `${JSON.stringify(record, null, 2)}\n`)
}

/** The broker stopped; its port and kind stay known. */
export async function forgetProcess(files: LabFiles): Promise<void> {
  const record = await readRecord(files)
  if (!record) return rm(files.record, { force: true })
  const { process: _gone, ...rest } = record
  await writeRecord(files, rest)
}

export async function runningJvm(record: BrokerRecord | undefined): Promise<ProcessRef | undefined> {
  return (await isAlive(record?.process)) ? record?.process : undefined
}
