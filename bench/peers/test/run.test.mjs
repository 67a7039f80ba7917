import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const run = (parameters, env = {}) => spawnSync(process.execPath,
  [fileURLToPath(new URL('../run.mjs', import.meta.url)), ...parameters], { encoding: 'utf8', env: { ...process.env, ...env } });

test('an unknown program is answered with the known ones', () => {
  const { status, stderr } = run(['--only', 'raw CDP,Cypress']);
  assert.equal(status, 4);
  assert.equal(stderr, '--only Cypress: expected one of raw CDP, reprise API, reprise run, Playwright, Playwright Test, Puppeteer Replay\n');
});

test('a number of rounds that is none is refused', () => {
  const { status, stderr } = run(['--rounds', '0']);
  assert.equal(status, 4);
  assert.equal(stderr, '--rounds 0: expected a whole number above 0\n');
});

test('a launcher script is refused as browser, for it would be counted as the program', () => {
  const script = fileURLToPath(import.meta.url);
  const { status, stderr } = run(['--only', 'raw CDP'], { REPRISE_BROWSER: script });
  assert.equal(status, 4);
  assert.equal(stderr, `REPRISE_BROWSER=${script}: is a script, expected Chromium's own binary\n`);
});
