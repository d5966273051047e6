import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** What `.lab/shop.json` says of a shop that runs: so that another command can find it, and end it if its parent died. */
export interface ShopRecord {
  /** The program that started the services and watches them. */
  readonly pid: number
  /** ISO 8601. */
  readonly startedAt: string
  readonly services: readonly {
    readonly name: string
    readonly instance: number
    readonly pid: number
    readonly port: number
    readonly url: string
  }[]
}

export function writeShopFile(file: string, record: ShopRecord): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`)
  renameSync(draft, file)
}

/** Undefined where no shop is recorded; a file that cannot be read counts as none, since it is only ever written whole. */
export function readShopFile(file: string): ShopRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<ShopRecord>
    return Array.isArray(record.services) && typeof record.pid === 'number' ? (record as ShopRecord) : undefined
  } catch {
    return undefined
  }
}

export function removeShopFile(file: string): void {
  rmSync(file, { force: true })
}
