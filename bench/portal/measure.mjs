// Starts the portal stack of the tests and measures `publish_speed` against it.
//
//     node bench/portal/measure.mjs [--program build/release/bench/publish_speed] [--rows 10000] [--steps]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const words = process.argv.slice(2);
const option = (name, otherwise) => (words.includes(name) ? words[words.indexOf(name) + 1] : otherwise);
const program = option('--program', join(root, 'build/release/bench/publish_speed'));
const folder = mkdtempSync(join(tmpdir(), 'reprise-publish-'));
const stack = spawn(process.execPath, [join(root, 'tests/portal/stack/stack.mjs'), '--schema', 'ours'],
  { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: stack.stdout })[Symbol.asyncIterator]();
const portal = JSON.parse((await lines.next()).value);
const user = '0b9f7f6a-1111-4222-8333-abcdefabcdef';
execFileSync('psql', [portal.database, '-q', '-c', `insert into auth.users (id, email) values ('${user}', 'bench@portal.test')`],
  { stdio: 'inherit' });
try {
  execFileSync(program, [join(folder, 'run'), option('--rows', '10000'), ...(words.includes('--steps') ? ['--steps'] : [])], {
    stdio: 'inherit',
    env: { ...process.env, SUPABASE_URL: portal.url, SUPABASE_SERVICE_ROLE_KEY: portal.service_key, SUPABASE_USER_ID: user },
  });
} finally {
  stack.stdin.end();
  rmSync(folder, { recursive: true, force: true });
}
