import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const k_peers = fileURLToPath(new URL('..', import.meta.url));

/** Measures `sh -c script`; in the script $BROWSER is a shell that lies in the browser's folder. */
function measure(script, timeout = 60) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-measure-'));
  try {
    copyFileSync('/bin/sh', join(folder, 'browser'));
    const output = join(folder, 'out.json');
    const { stderr } = spawnSync('python3', [join(k_peers, 'measure.py'), '--browser-folder', folder, '--output', output,
      '--timeout', timeout, '--', '/bin/sh', '-c', script], { encoding: 'utf8', env: { ...process.env, BROWSER: join(folder, 'browser') } });
    assert.equal(stderr, '');
    return JSON.parse(readFileSync(output, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const k_burn = 'i=0; while [ $i -lt 400000 ]; do i=$((i + 1)); done';

test('the CPU time of a child counts, that of the browser does not', () => {
  const child = measure(`sh -c '${k_burn}'; true`);
  const browser = measure(`$BROWSER -c '${k_burn}'; true`);
  assert.equal(child.processes, 2);
  assert.equal(browser.processes, 1);
  assert.ok(child.cpu_ms >= 50, `${child.cpu_ms} ms, expected at least 50`);
  assert.ok(browser.cpu_ms <= child.cpu_ms / 4, `${browser.cpu_ms} ms with the work in the browser, ${child.cpu_ms} ms in a child`);
});

test('the exit code is handed on', () => {
  const { exit_code, timed_out } = measure('exit 7');
  assert.deepEqual({ exit_code, timed_out }, { exit_code: 7, timed_out: false });
});

test('a program over its time is killed and reported', () => {
  const { timed_out, wall_ms } = measure('sleep 60', 0.2);
  assert.equal(timed_out, true);
  assert.ok(wall_ms < 30000, `${wall_ms} ms`);
});
