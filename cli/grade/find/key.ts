/** What a name of a person may be made of: letters and digits of any script, spaces and a few signs. */
const SOUND = /^[\p{L}\p{M}\p{N} ._'’-]{1,80}$/u
/** Files that grading writes beside the students' folders, and names that Windows keeps for itself. */
const TAKEN = /^(grades|class|grade|moodle|canvas|manual|similar|jplag|con|prn|aux|nul|com\d|lpt\d)(\..*)?$/

/** The name with whatever does not belong into one as `_`; `sound` says whether all of it did. Composed letters, as most systems write them. */
export function soundName(given: string): { name: string; sound: boolean } {
  const name = given.normalize('NFC').trim()
  if (SOUND.test(name)) return { name, sound: true }
  const mended = [...name].map((one) => (SOUND.test(one) ? one : '_')).slice(0, 80)
  return { name: mended.join('').trim() || '_', sound: false }
}

/** Folder names for students: `ada-lovelace`; the second of that name is `ada-lovelace-2`. Safe on every file system. */
export class Keys {
  readonly #taken = new Set<string>()

  key(name: string): string {
    const plain = name
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+|[.-]+$/g, '')
      .slice(0, 60)
    const base = plain === '' || TAKEN.test(plain) ? `student-${plain}`.replace(/-$/, '') : plain
    let key = base
    for (let i = 2; this.#taken.has(key); i++) key = `${base}-${i}`
    this.#taken.add(key)
    return key
  }
}
