import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** The version that the kit is written for. */
export const KIT_NODE = 26
/** Since version 25 Node is linked with it; slim images and small systems come without. */
const LIBRARY = 'libatomic.so.1'
const APT = 'apt-get update && apt-get install -y --no-install-recommends libatomic1'

/**
 * Can the Node among the packages run here? Asked once a machine. The one library that it may lack is installed where that is sure to be
 * right: on Debian or a descendant, as root.
 * @param {string} home
 * @param {string} node
 * @param {{ osRelease?: string, isRoot?: boolean }} [machine] of this machine unless told
 * @returns {string | undefined} what is in the way and what to do, or undefined when it runs
 */
export function whyUnrunnable(home, node, machine = {}) {
  const stamp = path.join(home, 'node_modules', '.saga-lab-node')
  if (read(stamp) === os.hostname()) return undefined
  const { osRelease = read('/etc/os-release'), isRoot = process.getuid?.() === 0 } = machine
  const isDebian = /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease)
  let said = complaintOf(node)
  if (said?.includes(LIBRARY) && isDebian && isRoot) {
    console.error(`Installing libatomic1 with apt, which Node ${KIT_NODE} needs …`)
    spawnSync('sh', ['-c', APT], {
      stdio: 'ignore',
      timeout: 300_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    said = complaintOf(node)
  }
  if (said === undefined) {
    try {
      writeFileSync(stamp, os.hostname())
    } catch {
      // A read-only folder: it is asked again next time, for some milliseconds.
    }
    return undefined
  }
  const remedy = !said.includes(LIBRARY)
    ? `Install Node ${KIT_NODE} from https://nodejs.org and run this with it.`
    : isDebian
      ? `Install the library: ${isRoot ? APT : `sudo sh -c '${APT}'`}`
      : 'Install the library with the package manager of your system; its package is called libatomic.'
  return `The kit's own Node does not run here (${said}). ${remedy}`
}

/** Undefined when it runs. */
function complaintOf(node) {
  const { status, error, stderr } = spawnSync(node, ['--version'], { encoding: 'utf8', timeout: 30_000 })
  if (status === 0) return undefined
  return error?.message ?? (stderr.trim().split('\n')[0] || `it ends with ${status}`)
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
