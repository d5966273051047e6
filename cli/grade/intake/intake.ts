import { lstat, mkdir, open, rm } from 'node:fs/promises'
import { CAPS, type Caps, MB } from './caps.ts'
import { type Finding, Refused } from './finding.ts'
import { takeFolder } from './folder.ts'
import { takeBundle } from './git.ts'
import { Landing } from './landing.ts'
import { look } from './look.ts'
import { takeTar } from './tar.ts'
import { findWorkspace } from './workspace.ts'
import { takeZip } from './zip.ts'

export type { Finding } from './finding.ts'

export interface Intake {
  /** Was it taken? False where a finding is `refused`; the destination is then empty. */
  readonly taken: boolean
  readonly kind: 'folder' | 'zip' | 'tar' | 'git' | 'unknown'
  /** The workspace within the destination: the folder with lab.json nearest to its top, else the single folder at its top, else itself. */
  readonly workspace: string
  /** Files and bytes that were taken. */
  readonly files: number
  readonly bytes: number
  readonly findings: readonly Finding[]
}

/**
 * Takes a submission in: a folder, a .zip, a .tar.gz (.tgz, .tar) or a git bundle (.bundle), told by its first bytes, never by its name. `destination`
 * must not exist yet; its files are 0600 (0700 for programs), its folders 0700. Rejects only where the machine is at fault (disk full, no right to read);
 * whatever a submission holds is told in findings.
 */
export async function takeIn(source: string, destination: string, given: Partial<Caps> = {}): Promise<Intake> {
  const caps = { ...CAPS, ...given }
  await mkdir(destination, { recursive: true, mode: 0o700 })
  const landing = new Landing(destination, caps)
  let kind: Intake['kind'] = 'unknown'
  try {
    const found = await recognise(source, caps)
    kind = found.kind
    if (kind === 'folder') await takeFolder(source, landing, caps)
    else if (kind === 'zip') await takeZip(source, landing, caps)
    else if (kind === 'git') await takeBundle(source, landing, caps)
    else await takeTar(source, landing, caps, found.isPacked)
    if (landing.files === 0) throw new Refused('empty', '', 'there is no file in it')
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await rm(destination, { recursive: true, force: true })
    await mkdir(destination, { mode: 0o700 })
    const findings = [error.finding, ...landing.findings]
    return { taken: false, kind, workspace: destination, files: 0, bytes: 0, findings }
  }
  const workspace = await findWorkspace(destination)
  const { files, bytes } = landing
  return { taken: true, kind, workspace, files, bytes, findings: [...landing.findings, ...(await look(workspace))] }
}

/** A first entry, the end of an empty archive, the mark of a split one. */
const ZIP_STARTS = ['504b0304', '504b0506', '504b0708']

async function recognise(source: string, caps: Caps): Promise<{ kind: Intake['kind']; isPacked: boolean }> {
  const stat = await lstat(source)
  if (stat.isDirectory()) return { kind: 'folder', isPacked: false }
  if (!stat.isFile()) throw new Refused('special', '', 'it is neither a file nor a folder')
  if (stat.size > caps.archive) throw new Refused('too-large', '', `the archive is larger than ${caps.archive / MB} MB`)
  const handle = await open(source)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0)
    const head = buffer.subarray(0, bytesRead)
    if (ZIP_STARTS.includes(head.toString('hex', 0, 4))) return { kind: 'zip', isPacked: true }
    if (head[0] === 0x1f && head[1] === 0x8b) return { kind: 'tar', isPacked: true }
    if (head.toString('latin1', 257, 262) === 'ustar') return { kind: 'tar', isPacked: false }
    if (/^# v\d+ git bundle\n/.test(head.toString('latin1'))) return { kind: 'git', isPacked: true }
  } finally {
    await handle.close()
  }
  throw new Refused('kind-unknown', '', 'it is no folder, .zip, .tar.gz or git bundle (told by its first bytes)')
}
