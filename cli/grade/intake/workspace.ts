import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The folder with lab.json nearest to the top (the first by name, where there are several); else down through single folders. */
export async function findWorkspace(top: string): Promise<string> {
  let level = [top]
  while (level.length > 0) {
    const below: string[] = []
    for (const folder of level) {
      const entries = await readdir(folder, { withFileTypes: true })
      if (entries.some((entry) => entry.name === 'lab.json' && entry.isFile())) return folder
      below.push(...entries.flatMap((entry) => (entry.isDirectory() ? [join(folder, entry.name)] : [])).sort())
    }
    level = below
  }
  return await lonely(top)
}

async function lonely(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  const [only] = entries
  return entries.length === 1 && only?.isDirectory() ? await lonely(join(folder, only.name)) : folder
}
