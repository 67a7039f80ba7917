// The programs that are compared: how each is called, and whether it is there.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { k_is_root } from './programs/common.mjs';

const k_here = fileURLToPath(new URL('.', import.meta.url));
const k_build = join(k_here, '..', '..', 'build', 'release');
const k_works = ['form', 'clicks', 'queries'];

/**
 * A program has a `name`, the `works` it does, perhaps the `binary` that has to be built first, and `call(run)`, which
 * gives {command, env} for a run of {work, base_url, count, workers, output (an empty folder of its own)}.
 */
function node_program(name, script) {
  return {
    name, works: k_works,
    call: run => ({ command: [process.execPath, join(k_here, 'programs', script), run.work, run.base_url, run.count, run.workers] }),
  };
}

const k_playwright_test = {
  name: 'Playwright Test', works: k_works,
  call: run => ({
    command: [process.execPath, join(k_here, 'node_modules/@playwright/test/cli.js'), 'test',
      '--config', join(k_here, 'programs/playwright_test'), `${run.work}.spec`],
    env: { BENCH_URL: run.base_url, BENCH_COUNT: run.count, BENCH_WORKERS: run.workers, BENCH_OUTPUT: run.output },
  }),
};

const reprise_run = binary => ({
  name: 'reprise run', works: ['form'], binary,
  call: run => ({
    command: [binary, 'run', join(k_here, 'form.recording.json'), '--data', join(k_here, 'form.csv'),
      '--base-url', run.base_url, '--workers', run.workers, '--retries', '0', '--reporter', 'list', '--output', run.output,
      ...(k_is_root ? ['--no-sandbox'] : [])],
  }),
});

const reprise_api = binary => ({
  name: 'reprise API', works: k_works, binary,
  call: run => ({ command: [binary, run.work, run.base_url, run.count, run.workers] }),
});

export const k_floor = 'raw CDP';
export const k_yardstick = 'Playwright Test';

export const default_binaries = {
  reprise: process.env.REPRISE_PROGRAM ?? join(k_build, 'runner/reprise'),
  reprise_api: process.env.REPRISE_API_PROGRAM ?? join(k_build, 'bench/bench_reprise_api'),
};

/** All programs, in the order in which a round runs them. */
export const all_programs = ({ reprise, reprise_api: api }) => [
  node_program(k_floor, 'raw_cdp.mjs'),
  reprise_api(api),
  reprise_run(reprise),
  node_program('Playwright', 'playwright.mjs'),
  k_playwright_test,
  node_program('Puppeteer Replay', 'puppeteer_replay.mjs'),
];

export function is_built({ binary }) {
  if (!binary) return true;
  try {
    accessSync(binary, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
