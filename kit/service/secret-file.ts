import { readFileSync, statSync } from 'node:fs'
import { SettingsError } from './settings.ts'

/** The text of a file that holds a secret, without white space around it. Throws SettingsError where it is missing, or others than its owner may read it. */
export const readSecretFile = (name: string, path: string): string => {
  try {
    // Windows knows no such modes.
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
      throw new SettingsError(`${name}=${path}: others may read it; chmod 600 ${path}`)
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (error instanceof SettingsError) throw error
    throw new SettingsError(`${name}=${path}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be read'}`)
  }
}
