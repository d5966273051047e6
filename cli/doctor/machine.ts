import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { mkdir, statfs } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../broker/jars.ts'
import { brokerStatus } from '../broker/lab-broker.ts'
import { holderOf, isPortFree } from '../broker/ports.ts'
import { shopStatus } from '../broker/shop-status.ts'
import type { Context } from '../command.ts'
import { bad, type Finding, good, note } from './finding.ts'

const run = promisify(execFile)
const SHOP_PORTS = [5000, 5001, 5002, 5003]
const BROKER_PORT = 9092
const KIT_NODE = 26
const GB = 2 ** 30

export function lookAtSystem(ctx: Context): Finding {
  const needed = 'Linux, macOS, or Windows with WSL2'
  const found = `${os.type()} ${os.release()} ${os.arch()}`
  if (process.platform === 'win32')
    return bad('system', found, needed, 'open the kit inside WSL2: https://learn.microsoft.com/windows/wsl')
  const isWsl = /microsoft/i.test(os.release())
  if (isWsl && ctx.home.startsWith('/mnt/')) {
    return note(
      'system',
      `${found} (WSL)`,
      needed,
      `move the kit from ${ctx.home} to your Linux home: Windows drives are slow`,
    )
  }
  return good('system', isWsl ? `${found} (WSL)` : found, needed)
}

export async function lookAtNode(ctx: Context): Promise<Finding[]> {
  const major = Number(process.versions.node.split('.')[0])
  const needed = `${KIT_NODE} (comes with the packages)`
  const node =
    major >= KIT_NODE
      ? good('Node', process.version, needed)
      : bad('Node', process.version, needed, 'start it with bin/lab.js')
  try {
    const { stdout } = await run('npm', ['--version'], { env: ctx.env, timeout: 15_000 })
    return [node, good('npm', stdout.trim(), 'any; installs the packages')]
  } catch {
    return [node, note('npm', 'not found', 'any; installs the packages', 'it comes with Node: https://nodejs.org')]
  }
}

/** Who holds the ports that the lab would like. What is the lab's own is fine. */
export async function lookAtPorts(ctx: Context): Promise<Finding[]> {
  const [broker, services] = await Promise.all([brokerStatus(ctx), shopStatus(ctx)])
  const ours = new Set([
    broker.running ? broker.port : 0,
    ...services.filter(({ running }) => running).map(({ port }) => port),
  ])
  return Promise.all([BROKER_PORT, ...SHOP_PORTS].map((port) => lookAtPort(port, ours.has(port))))
}

async function lookAtPort(port: number, isOurs: boolean): Promise<Finding> {
  const what = `port ${port}`
  const needed = port === BROKER_PORT ? 'free for the broker' : 'free for a service'
  if (isOurs) return good(what, 'the lab itself', needed)
  if (await isPortFree(port)) return good(what, 'free', needed)
  const holder = (await holderOf(port)) ?? 'another program'
  if (process.platform === 'darwin' && port === 5000) {
    return note(
      what,
      holder,
      needed,
      'AirPlay Receiver takes it on macOS: switch it off in System Settings, General, AirDrop & Handoff',
    )
  }
  return note(
    what,
    holder,
    needed,
    port === BROKER_PORT ? 'the broker takes the next free port' : `end ${holder}, or the shop takes another`,
  )
}

export async function lookAtResources(ctx: Context): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(ctx.home)
  const disk = bavail * bsize
  const memory = process.availableMemory()
  const size = (bytes: number) => `${(bytes / GB).toFixed(1)} GB`
  return [
    disk >= GB
      ? good('disk', `${size(disk)} free`, '1 GB')
      : bad('disk', `${size(disk)} free`, '1 GB', `free some where ${ctx.home} is`),
    memory >= 1.5 * GB
      ? good('memory', `${size(memory)} available`, '1.5 GB')
      : note(
          'memory',
          `${size(memory)} available`,
          '1.5 GB',
          'close some programs: the broker takes 0.4 GB, a service 0.15',
        ),
    await lookAtCache(ctx.env),
    lookAtChromium(ctx.env),
  ]
}

async function lookAtCache(env: Context['env']): Promise<Finding> {
  const folder = cacheFolder(env)
  try {
    await mkdir(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return good('cache', folder, 'a folder that can be written')
  } catch (error) {
    const why = `${folder}: ${(error as NodeJS.ErrnoException).code}`
    return note('cache', why, 'a folder that can be written', 'set XDG_CACHE_HOME to a folder of yours')
  }
}

/** For the dashboard's own tests alone; any browser shows the dashboard. */
function lookAtChromium(env: Context['env']): Finding {
  const needed = "only for the tests of the dashboard's page"
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const onPath = (env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
  const found = onPath.find((file) => existsSync(file)) ?? fromPlaywright(env)
  return found
    ? good('Chromium', found, needed)
    : note('Chromium', 'not found', needed, 'npx playwright install chromium')
}

function fromPlaywright(env: Context['env']): string | undefined {
  const home = env.HOME || os.homedir()
  const place = process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']
  const folder = env.PLAYWRIGHT_BROWSERS_PATH || path.join(home, ...place, 'ms-playwright')
  const name = existsSync(folder) ? readdirSync(folder).find((entry) => entry.startsWith('chromium')) : undefined
  return name && path.join(folder, name)
}
