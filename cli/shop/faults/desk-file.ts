import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** `.lab/desk.json`: where the running shop's failure desk is. Whoever can read it may break the shop, so only its owner can. */
export interface DeskAddress {
  /** Of the program that runs the shop. */
  readonly pid: number
  /** http://127.0.0.1:<port> */
  readonly url: string
  readonly token: string
}

const fileIn = (stateDir: string): string => path.join(stateDir, 'desk.json')

export const writeDeskFile = (stateDir: string, address: DeskAddress): void => {
  mkdirSync(stateDir, { recursive: true })
  const draft = `${fileIn(stateDir)}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(address, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, fileIn(stateDir))
}

export const readDeskFile = (stateDir: string): DeskAddress | undefined => {
  try {
    const { pid, url, token } = JSON.parse(readFileSync(fileIn(stateDir), 'utf8')) as Partial<DeskAddress>
    return typeof pid === 'number' && url && token ? { pid, url, token } : undefined
  } catch {
    return undefined
  }
}

/** Another shop may have written its own in the meantime: that one stays. */
export const removeDeskFile = (stateDir: string, token: string): void => {
  if (readDeskFile(stateDir)?.token === token) rmSync(fileIn(stateDir), { force: true })
}
