import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const BEAT_MS = 1_000
const STALE_MS = 10_000
const POLL_MS = 100

/**
 * One holder at a time, across processes. The holder touches the file every second; a file that nobody touched for ten
 * was left by one that died, and is taken over.
 * @param {string} file
 * @param {() => void} onWait called once when another holds it
 * @returns {Promise<() => void>} lets go
 */
export async function takeLock(file, onWait) {
  const token = randomUUID()
  let told = false
  while (!create(file, token)) {
    if (!told) onWait()
    told = true
    removeStale(file)
    await delay(POLL_MS)
  }
  const beat = setInterval(() => touch(file), BEAT_MS)
  beat.unref()
  const release = () => {
    clearInterval(beat)
    process.off('exit', release)
    if (read(file) === token) rmSync(file, { force: true })
  }
  process.on('exit', release)
  return release
}

function create(file, token) {
  try {
    writeFileSync(file, token, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** Moves the file away before deleting it: of two that find it stale, one moves it, and neither deletes the other's new one. */
function removeStale(file) {
  try {
    const seen = read(file)
    if (Date.now() - statSync(file).mtimeMs < STALE_MS) return
    const aside = `${file}.${randomUUID()}`
    renameSync(file, aside)
    if (read(aside) === seen) rmSync(aside, { force: true })
    else renameSync(aside, file)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function touch(file) {
  try {
    const now = new Date()
    utimesSync(file, now, now)
  } catch {
    // Gone: somebody cleaned up. The next holder makes its own.
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
