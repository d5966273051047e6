import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { takeLock } from './lock.js'

/**
 * Brings node_modules in line with package-lock.json if it is not. Two at once: one installs, the other waits.
 * @param {string} home
 * @returns {Promise<string | undefined>} what went wrong and what to do, or undefined when everything is there
 */
export async function installMissing(home) {
  if (isInstalled(home)) return undefined
  const unwritable = whyUnwritable(home)
  if (unwritable) return unwritable
  mkdirSync(path.join(home, '.lab'), { recursive: true })
  const release = await takeLock(path.join(home, '.lab', 'install.lock'), () =>
    console.error('Another lab is installing the packages; waiting for it …'),
  )
  try {
    return isInstalled(home) ? undefined : await install(home)
  } finally {
    release()
  }
}

/** Inside node_modules, so that whoever deletes the packages deletes the claim that they are there. */
const stampFile = (home) => path.join(home, 'node_modules', '.saga-lab-installed')

function isInstalled(home) {
  const wanted = readFileSync(path.join(home, 'package-lock.json'), 'utf8')
  const digest = createHash('sha256').update(wanted).digest('hex')
  if (read(stampFile(home)) === digest) return true
  if (!matches(wanted, read(path.join(home, 'node_modules', '.package-lock.json')))) return false
  try {
    writeFileSync(stampFile(home), digest)
  } catch {
    // A read-only folder with the right packages in it is fine: they are compared again next time.
  }
  return true
}

/** Has npm itself noted that every package of the lock is there? So `npm ci` or `npm install` by hand is not done again. */
function matches(wanted, present) {
  if (!present) return false
  try {
    const there = JSON.parse(present).packages
    return Object.entries(JSON.parse(wanted).packages).every(
      ([place, { version, integrity, optional }]) =>
        place === '' ||
        (there[place] ? there[place].version === version && there[place].integrity === integrity : optional === true),
    )
  } catch {
    return false
  }
}

async function install(home) {
  const first = !existsSync(path.join(home, 'node_modules'))
  const since = Date.now()
  console.error(`${first ? 'Installing the packages' : 'The packages have changed: installing them again'} (npm ci) …`)
  const strict = await npm(home, ['ci'])
  // --no-save: what the lock pins is taken as it is pinned, and the lock stays as it is.
  const { code, said } = lacksOtherPlatforms(strict) ? await npm(home, ['install', '--no-save']) : strict
  if (code !== 0) return explain(home, code, said)
  // isInstalled compares what npm noted with the lock and leaves the stamp.
  if (!isInstalled(home))
    return `npm ci ended well, but ${home}/node_modules does not hold what package-lock.json lists. Delete it and try again.`
  console.error(`Installed in ${((Date.now() - since) / 1000).toFixed(1)} s.`)
  return undefined
}

/**
 * A lock that was written behind a mirror lacks the optional packages of platforms that the mirror does not carry, and `npm ci`
 * refuses it. It then names them without a version; any other disagreement of package.json and lock has one, and stays an error.
 */
function lacksOtherPlatforms({ code, said }) {
  const lacking = said.match(/^npm error (Missing|Invalid): .*/gm) ?? []
  return (
    code !== 0 && /EUSAGE/.test(said) && lacking.length > 0 && lacking.every((line) => /Missing: \S+@ from/.test(line))
  )
}

/** npm's warnings are about the reader's older Node (EBADENGINE), which the kit does not run on anyway: errors alone are shown. */
function npm(home, command) {
  const script = process.env.npm_execpath
  const beside = path.join(path.dirname(process.execPath), 'npm')
  const args = [...command, '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const [program, before] = script?.endsWith('npm-cli.js')
    ? [process.execPath, [script]]
    : [existsSync(beside) ? beside : 'npm', []]
  return new Promise((resolve) => {
    const child = spawn(program, [...before, ...args], { cwd: home, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(0, 8_000)
    })
    child.on('error', (error) => resolve({ code: error.code, said: error.message }))
    child.on('close', (code, signal) => resolve({ code: code ?? signal, said }))
  })
}

function explain(home, code, said) {
  // What matters comes first; how `npm ci` is used, and where its log is, comes last.
  const lines = said.split('\n').filter((line) => line.replace('npm error', '').trim() !== '')
  const why =
    code === 'ENOENT'
      ? 'npm was not found. It comes with Node: install Node from https://nodejs.org, or put npm on the PATH.'
      : /ENOSPC/.test(said)
        ? `The disk is full: free some space (about 500 MB) where ${home} is.`
        : /EACCES|EPERM|EROFS/.test(said)
          ? `A file may not be written: check who owns ${home}/node_modules and your npm cache.`
          : /ENOTFOUND|ETIMEDOUT|ECONN|EAI_AGAIN|network/.test(said)
            ? 'The npm registry cannot be reached: check the network or the proxy, then run this again.'
            : 'Run `npm ci` by hand to see all of it.'
  return [
    `Installing the packages failed (npm ci: ${code}). ${why}`,
    ...lines.slice(0, 10).map((line) => `  ${line}`),
  ].join('\n')
}

function whyUnwritable(home) {
  try {
    accessSync(home, constants.W_OK)
    return undefined
  } catch (error) {
    return `The packages are missing or out of date, and ${home} cannot be written (${error.code}). Run \`npm ci\` there as a user who may write, or copy the folder to a place of your own.`
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
