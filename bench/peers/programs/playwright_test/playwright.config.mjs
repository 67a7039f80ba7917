// Playwright Test as a careful user sets it up for such a run: all rows parallel, nothing recorded, no retries.
import { defineConfig } from '@playwright/test';
import { k_browser, k_is_root } from '../common.mjs';

export default defineConfig({
  testDir: '.',
  outputDir: process.env.BENCH_OUTPUT,
  fullyParallel: true,
  workers: Number(process.env.BENCH_WORKERS),
  retries: 0,
  reporter: 'list',
  use: { launchOptions: { executablePath: k_browser, chromiumSandbox: !k_is_root } },
});
