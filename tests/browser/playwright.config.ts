import os from 'node:os'
import path from 'node:path'
import { defineConfig } from '@playwright/test'

const { LAB_BROWSER: executablePath, CI } = process.env
/** Chromium's own sandbox does not work for root, nor in most containers. */
const args = process.getuid?.() === 0 || CI ? ['--no-sandbox'] : []

export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: '*.spec.ts',
  outputDir: path.join(os.tmpdir(), 'saga-lab-browser'),
  fullyParallel: false,
  // A whole shop starts in some of them, beside other tests.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 720 },
    timezoneId: 'UTC',
    locale: 'en-US',
    launchOptions: { args, ...(executablePath ? { executablePath } : {}) },
  },
})
