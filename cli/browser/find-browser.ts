import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

/** What of the machine is looked at; so that a test can bring its own. */
export interface Machine {
  readonly env: Readonly<NodeJS.ProcessEnv>
  readonly platform: NodeJS.Platform
  /** Is there a file that may be run? */
  readonly runs: (file: string) => boolean
  /** Where Playwright keeps the Chromium that it installs, whether or not it is there. */
  readonly installed: string | null
}

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
]
const MAC_APPS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]
const WINDOWS = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe']

/** A Chromium, Chrome or Edge of this machine: `LAB_BROWSER`, else one on PATH or where installers put it, else Playwright's own; null without any. */
export function findBrowser({ env, platform, runs, installed }: Machine): string | null {
  const candidates = [env.LAB_BROWSER, ...onPath(env, platform), ...inTheirPlaces(env, platform), installed]
  return candidates.find((file): file is string => typeof file === 'string' && file !== '' && runs(file)) ?? null
}

function onPath(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): string[] {
  const { delimiter, join } = platform === 'win32' ? path.win32 : path.posix
  const names = platform === 'win32' ? NAMES.map((name) => `${name}.exe`) : NAMES
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name)))
}

function inTheirPlaces(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): string[] {
  if (platform === 'darwin')
    return ['/Applications', `${env.HOME ?? ''}/Applications`].flatMap((folder) =>
      MAC_APPS.map((app) => `${folder}/${app}`),
    )
  if (platform !== 'win32') return []
  const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter(
    (folder) => folder !== undefined,
  )
  return folders.flatMap((folder) => WINDOWS.map((app) => path.win32.join(folder, app)))
}

export function mayRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
