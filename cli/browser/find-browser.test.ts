import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findBrowser, type Machine } from './find-browser.ts'

const machine = (files: readonly string[], more: Partial<Machine> = {}): Machine => ({
  env: { PATH: '/usr/local/bin:/usr/bin' },
  platform: 'linux',
  runs: (file) => files.includes(file),
  installed: null,
  ...more,
})

test('given a Chromium on PATH, then it is taken; and LAB_BROWSER before it', () => {
  const files = ['/usr/bin/chromium', '/opt/other']
  assert.equal(findBrowser(machine(files)), '/usr/bin/chromium')
  assert.equal(findBrowser(machine(files, { env: { PATH: '/usr/bin', LAB_BROWSER: '/opt/other' } })), '/opt/other')
})

test('given Chrome or Edge where their installers put them, then that is taken', () => {
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  assert.equal(findBrowser(machine([mac], { platform: 'darwin' })), mac)
  const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
  const env = { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' }
  assert.equal(findBrowser(machine([edge], { platform: 'win32', env })), edge)
})

test('given only what Playwright installed, then that is taken; given nothing, then there is none', () => {
  assert.equal(findBrowser(machine(['/cache/chrome'], { installed: '/cache/chrome' })), '/cache/chrome')
  assert.equal(findBrowser(machine([])), null)
})
