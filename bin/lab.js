#!/usr/bin/env node
// The way in, for whatever Node the reader has: plain JavaScript that needs nothing installed. It sees to it that the packages of
// package-lock.json are there, among them the Node that the kit is written for, and hands over to cli/main.ts.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { KIT_NODE, whyUnrunnable } from './own-node.js'

const OLDEST_NODE = 20
/** Little memory for a program that mostly waits: V8 would let its garbage grow much larger than what is alive. */
const WAITING = ['--max-semi-space-size=2', '--optimize-for-size']
/** The dashboard's hub sees each event of a shop: on so small a heap it would spend half its time collecting garbage. */
const WATCHING = ['--max-semi-space-size=16']

const home = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const main = path.join(home, 'cli', 'main.ts')
const argv = process.argv.slice(2)
const flags = argv[0] === 'demo' || argv[0] === 'run' ? WATCHING : WAITING
const major = Number(process.versions.node.split('.')[0])

if (major < OLDEST_NODE) {
  fail(
    `Saga Lab needs Node ${OLDEST_NODE} or newer to start; this is ${process.versions.node}. Get one from https://nodejs.org.`,
  )
} else if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  console.log(JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')).version)
} else {
  module.enableCompileCache?.()
  const { installMissing } = await import('./install.js')
  const trouble = await installMissing(home)
  if (trouble) fail(trouble)
  else await handOver()
}

async function handOver() {
  const own = major >= KIT_NODE
  // On Windows a process cannot become another one: there it stays as fat as it was started.
  if (own && (!process.execve || flags.every((flag) => process.execArgv.includes(flag)))) {
    return void (await import(pathToFileURL(main).href))
  }
  const node = own ? process.execPath : kitNode()
  if (!node) {
    return fail(
      `There is no ready-made Node ${KIT_NODE} for ${process.platform}-${process.arch} among the packages. ` +
        `Install Node ${KIT_NODE} and run this with it.`,
    )
  }
  const trouble = own ? undefined : whyUnrunnable(home, node)
  if (trouble) return fail(trouble)
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(home, 'node_modules', '.cache', 'node'),
  }
  if (process.execve) {
    process.removeAllListeners('warning')
    process.execve(node, [node, ...flags, ...(own ? process.execArgv : []), main, ...argv], env)
  }
  run(node, env)
}

function kitNode() {
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  // Node for Apple silicon is published under a name of its own.
  const files = ['node', 'node-bin'].map((name) =>
    path.join(home, 'node_modules', `${name}-${platform}`, 'bin', program),
  )
  return files.find((file) => existsSync(file))
}

/** As a child: the same terminal, the same signals, the same end. */
function run(node, env) {
  const child = spawn(node, [...flags, main, ...argv], { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) =>
    fail(`The kit's own Node does not start (${error.message}). Install Node ${KIT_NODE} and run this with it.`),
  )
  child.on('exit', (code, signal) => {
    if (!signal) process.exitCode = code ?? 3
    else {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    }
  })
}

function fail(message) {
  console.error(`✗ ${message}`)
  process.exitCode = 3
}
