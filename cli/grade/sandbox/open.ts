import { chown, cp, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { SERVICES } from '../../check/contract.ts'
import { type Launcher, launchDirectly } from '../../check/launch.ts'
import { KitFault } from '../../check/verdict.ts'
import { Box, type BoxParts, mb } from './box.ts'
import { type CgroupTree, findCgroups, openCgroup } from './cgroup.ts'
import { containersOf, ensureImage } from './containers.ts'
import { openDen } from './den.ts'
import { mountDisk, sizeOf, unmount } from './disk.ts'
import { type Door, openDoor } from './door.ts'
import { gated } from './gated.ts'
import { Gates } from './gates.ts'
import { Guard } from './guard.ts'
import { type Incident, Incidents } from './incidents.ts'
import type { Limits } from './limits.ts'
import { INSIDE, MANIFEST, type Mount } from './mounts.ts'
import { assertProgram } from './programs.ts'
import { supervised } from './supervised.ts'
import type { Tier, TierReport } from './tier.ts'
import { toolchainProblem } from './toolchains.ts'
import { takeUid } from './uids.ts'

export interface OpenOptions {
  /** From `bestTier`, or one that is asked for. */
  readonly tier: Pick<TierReport, 'tier'>
  /** The submission as `takeIn` laid it out. It is only read, by the kit; the programs get a copy. */
  readonly submission: string
  /** A folder that does not exist yet: the copy goes here. `close` deletes it. */
  readonly work: string
  /** host:port of the submission's own brokers, on 127.0.0.1: the only addresses that its programs reach, under the same names. */
  readonly brokers: readonly string[]
  /** Absolute folders of further tool chains, mounted read-only under the same path; `DIR/bin` goes on PATH. Default: none. */
  readonly toolchains?: readonly string[]
}

export interface Opened {
  readonly launcher: Launcher
  readonly incidents: readonly Incident[]
}

/** What undoes each step, to be called last one first, also where a later step fails. */
export type Closers = (() => Promise<unknown>)[]

const KIT = path.resolve(import.meta.dirname, '../../..')
const MODULES = path.join(KIT, 'node_modules')

/** No sandbox at all: the copy is all that there is. */
export async function openBare({ work, submission }: OpenOptions, closers: Closers): Promise<Opened> {
  closers.push(() => rm(work, { recursive: true, force: true, maxRetries: 5 }))
  const shop = path.join(work, 'shop')
  await mkdir(shop, { recursive: true })
  await symlink(MODULES, path.join(work, 'node_modules'))
  await writeFile(path.join(work, 'package.json'), MANIFEST)
  await copyShop(submission, shop, undefined)
  return { launcher: { launch: (launch) => launchDirectly.launch({ ...launch, cwd: shop }) }, incidents: [] }
}

export async function openBox(options: OpenOptions, limits: Limits, closers: Closers): Promise<Opened> {
  const { tier, work, submission, toolchains = [] } = options
  for (const folder of toolchains) {
    const problem = toolchainProblem(folder, [KIT, submission, work])
    if (problem !== undefined) throw new KitFault('kit.toolchain', problem, 'Give the folder of the tools alone.')
  }
  const { uid, giveBack } = process.getuid?.() === 0 ? await takeUid() : {}
  if (giveBack !== undefined) closers.push(async () => giveBack())
  const incidents = new Incidents()
  closers.push(() => rm(work, { recursive: true, force: true, maxRetries: 5 }))
  const shop = path.join(work, 'shop')
  await mkdir(shop, { recursive: true, mode: 0o711 })
  const size = await sizeOf(submission)
  const own = { bytes: size.bytes + limits.work, files: size.files + limits.files }
  const ownDisk = uid !== undefined && (await mountDisk(shop, own.bytes, own.files, uid))
  if (ownDisk) closers.push(() => unmount(shop))
  await copyShop(submission, shop, uid)
  const kind = tier.tier === 'T1' ? 'docker' : 'bubblewrap'
  const den = await openDen({ mounted: ownDisk ? shop : undefined, kind }, etcFolders(toolchains))
  closers.push(() => den.remove())
  const ports = options.brokers.map((address) => Number(address.slice(address.lastIndexOf(':') + 1)))
  const onSent = countSent(limits, incidents)
  const cgroup = await groupsFor(tier.tier, path.basename(den.folder), limits)
  if (cgroup !== undefined) closers.push(() => cgroup.remove())
  const mounts: Mount[] = [
    { from: den.etc, to: '/etc' },
    { from: process.execPath, to: INSIDE.node },
    { from: MODULES, to: INSIDE.modules },
    { from: den.manifest, to: INSIDE.manifest },
    { from: shop, to: INSIDE.shop, write: true },
    ...toolchains.map((folder) => ({ from: folder, to: folder })),
  ]
  let way: BoxParts['way']
  if (kind === 'docker') {
    const brokers = await openBrokers(ports, await den.room('kafka'), uid, onSent, closers)
    way = (launch, id) => supervised(launch, { den, id, brokers, uid })
  } else {
    const gates = new Gates({ brokers: ports, onSent })
    closers.push(() => gates.close())
    gates.warm(SERVICES.length)
    way = async (launch) => {
      assertProgram(launch.words[0] ?? '', shop, toolchains)
      return await gated(launch, gates)
    }
  }
  const box = new Box({ kind, den, mounts, toolchains, limits, way, incidents, cgroup, uid })
  const guarded = { work: own.bytes, files: own.files, wallMs: limits.wallMs, memory: limits.memory }
  const guard = new Guard({
    box,
    limits: { ...limits, ...guarded },
    incidents,
    shop,
    ownDisk,
    counted: cgroup !== undefined,
  })
  closers.push(
    () => guard.stop(),
    () => box.close(),
  )
  return { launcher: box, incidents: incidents.list }
}

async function groupsFor(tier: Tier, sandbox: string, limits: Limits): Promise<CgroupTree | undefined> {
  if (tier === 'T1') {
    await ensureImage()
    return containersOf(sandbox)
  }
  const { place } = tier === 'T3' ? await findCgroups() : {}
  return place === undefined ? undefined : await openCgroup(place, sandbox, limits)
}

/** A tool chain below /etc needs a place in the box's own /etc. */
const etcFolders = (toolchains: readonly string[]) =>
  toolchains.filter((folder) => folder.startsWith('/etc/')).map((folder) => folder.slice('/etc/'.length))

async function openBrokers(
  ports: readonly number[],
  room: string,
  uid: number | undefined,
  onSent: (bytes: number) => boolean,
  closers: Closers,
): Promise<{ port: number; socket: string }[]> {
  for (const port of ports) {
    const door: Door = await openDoor({ socket: path.join(room, `${port}.sock`), port, uid, onSent })
    closers.push(async () => door.close())
  }
  return ports.map((port) => ({ port, socket: `${INSIDE.kafka}/${port}.sock` }))
}

/** All programs of the submission together may send so much to their broker, and no more. */
function countSent(limits: Limits, incidents: Incidents): (bytes: number) => boolean {
  let sent = 0
  return (bytes) => {
    sent += bytes
    if (sent <= limits.sent) return true
    incidents.add('broker', '', `it sent more than ${mb(limits.sent)} to its broker and was cut off`)
    return false
  }
}

/** Files and folders; no links, no devices, whatever the submission holds by now. */
async function copyShop(from: string, to: string, uid: number | undefined): Promise<void> {
  const filter = async (source: string) => {
    const stat = await lstat(source)
    return stat.isFile() || stat.isDirectory()
  }
  await cp(from, to, { recursive: true, filter, verbatimSymlinks: true })
  if (uid === undefined) return
  await chown(to, uid, uid)
  for (const name of await readdir(to, { recursive: true })) await chown(path.join(to, name), uid, uid)
}
