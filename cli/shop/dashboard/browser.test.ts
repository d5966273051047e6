import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openerFor } from './browser.ts'

for (const [who, platform, interactive, env, opener] of [
  ['somebody at a desktop of Linux', 'linux', true, { DISPLAY: ':0' }, 'xdg-open'],
  ['somebody at one with Wayland', 'linux', true, { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['somebody at a Mac', 'darwin', true, {}, 'open'],
  ['a server without a desktop', 'linux', true, {}, undefined],
  ['somebody who came by SSH', 'linux', true, { DISPLAY: ':0', SSH_CONNECTION: '1' }, undefined],
  ['a run in CI', 'darwin', true, { CI: 'true' }, undefined],
  ['a program that reads the output', 'darwin', false, {}, undefined],
] as const)
  test(`given ${who}, then ${opener ?? 'nothing'} opens the dashboard`, () => {
    assert.equal(openerFor({ env, interactive }, platform)?.[0], opener)
  })
