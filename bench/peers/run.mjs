// The same work in every program, in turn, round by round; prints medians and ratios. See ../README.md.
//
//   node run.mjs [--quick] [--rounds N] [--only NAME,NAME] [--json FILE] [--reprise PATH] [--reprise-api PATH]
//
// Exits with 1 when a program failed, did other work than asked, or is not built (the others' figures are printed all
// the same), with 4 when it was called wrongly.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { all_programs, default_binaries, is_built } from './programs.mjs';
import { k_browser } from './programs/common.mjs';
import { serve } from './server.mjs';
import { report } from './table.mjs';

const k_here = fileURLToPath(new URL('.', import.meta.url));
const k_counts = { form: 50, clicks: 200, queries: 50 };
const k_page_loads = { form: k_counts.form, clicks: 1, queries: 1 };
const k_runs = [['form', 1], ['form', 2], ['clicks', 1], ['queries', 1]];
const k_timeout_s = 300;

function read_options() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false }, rounds: { type: 'string' }, only: { type: 'string' }, json: { type: 'string' },
      reprise: { type: 'string', default: default_binaries.reprise },
      'reprise-api': { type: 'string', default: default_binaries.reprise_api },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds ${values.rounds}: expected a whole number above 0`);
  const all = all_programs({ reprise: resolve(values.reprise), reprise_api: resolve(values['reprise-api']) });
  const only = values.only?.split(',');
  const unknown = only?.find(name => !all.some(program => program.name === name));
  if (unknown) throw new Error(`--only ${unknown}: expected one of ${all.map(({ name }) => name).join(', ')}`);
  return { rounds, json: values.json, programs: only ? all.filter(({ name }) => only.includes(name)) : all };
}

/** A launcher script would be counted as the program's own process, or its folder would hold node itself. */
function check_browser() {
  const magic = Buffer.alloc(4);
  const file = openSync(k_browser, 'r');
  readSync(file, magic, 0, 4, 0);
  closeSync(file);
  if (magic.toString('latin1') !== '\x7fELF') throw new Error(`REPRISE_BROWSER=${k_browser}: is a script, expected Chromium's own binary`);
  const folder = dirname(realpathSync(k_browser));
  if (realpathSync(process.execPath).startsWith(`${folder}/`)) throw new Error(`REPRISE_BROWSER=${k_browser}: shares its folder with node`);
  return folder;
}

function install_packages() {
  if (existsSync(join(k_here, 'node_modules/.package-lock.json'))) return;
  console.error('installing the peers (npm ci) ...');
  execFileSync('npm', ['ci'], {
    cwd: k_here, stdio: 'inherit', env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', PUPPETEER_SKIP_DOWNLOAD: '1' },
  });
}

/** Runs a command to its end; gives what it wrote to both outputs. */
function run_to_end(command, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0], command.slice(1).map(String), { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let text = '';
    for (const output of [child.stdout, child.stderr]) output.on('data', chunk => { text += chunk; });
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

const last_json_line = text => {
  const line = text.split('\n').findLast(line => line.startsWith('{"'));
  return line ? JSON.parse(line) : undefined;
};

/** One run of one program, measured; throws with the program's last lines when it did not do the work. */
async function take_sample(program, { work, workers, round }, server, browser_folder) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'));
  try {
    const count = k_counts[work];
    const { command, env } = program.call({ work, base_url: server.url, count, workers, output: join(folder, 'output') });
    const result = join(folder, 'measured.json');
    server.take_hits(`/${work}.html`);
    const text = await run_to_end(['python3', join(k_here, 'measure.py'), '--browser-folder', browser_folder, '--output', result,
      '--timeout', k_timeout_s, '--', ...command], { cwd: folder, env: { ...process.env, ...env, REPRISE_BROWSER: k_browser } });
    const fail = what => {
      throw new Error(`${program.name}, ${work}, ${workers} worker(s): ${what}\n  ${command.join(' ')}\n${text.split('\n').slice(-15).join('\n')}`);
    };
    if (!existsSync(result)) fail('could not be started');
    const measured = JSON.parse(readFileSync(result, 'utf8'));
    if (measured.timed_out) fail(`killed after ${k_timeout_s} s`);
    if (measured.exit_code !== 0) fail(`exit code ${measured.exit_code}, expected 0`);
    const hits = server.take_hits(`/${work}.html`);
    if (hits !== k_page_loads[work]) fail(`loaded ${work}.html ${hits} times, expected ${k_page_loads[work]}`);
    const figures = last_json_line(text);
    if (work !== 'form' && !(figures?.ms > 0)) fail('printed no line with its figures');
    return { program: program.name, work, workers, round, count, measured, figures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function take_samples(programs, rounds, server, browser_folder) {
  const samples = [];
  const failures = [];
  const failed = new Set();
  for (let round = 1; round <= rounds; ++round) {
    for (const [work, workers] of k_runs) {
      for (const program of programs.filter(({ works }) => works.includes(work))) {
        const key = `${program.name} ${work} ${workers}`;
        if (failed.has(key)) continue;  // it would fail in every round
        process.stderr.write(`round ${round} of ${rounds}: ${key}\n`);
        try {
          samples.push(await take_sample(program, { work, workers, round }, server, browser_folder));
        } catch (error) {
          failed.add(key);
          failures.push(error.message);
        }
      }
    }
  }
  return { samples, failures };
}

async function main() {
  if (parseInt(process.versions.node) < 20) throw new Error(`Node ${process.version}: Playwright needs 20 or newer`);
  const { rounds, json, programs } = read_options();
  const browser_folder = check_browser();
  install_packages();
  const missing = programs.filter(program => !is_built(program));
  for (const program of missing) program.note = 'not built: run ./dev build';
  const environment = {
    date: new Date().toISOString(), cpu: cpus()[0].model, cores: cpus().length, load_before: loadavg()[0],
    browser: execFileSync(k_browser, ['--version'], { encoding: 'utf8' }).trim(), node: process.version, rounds,
  };
  const server = await serve();
  const { samples, failures } = await take_samples(programs.filter(is_built), rounds, server, browser_folder);
  server.close();

  console.log(`${environment.cpu}, ${environment.cores} cores, load ${environment.load_before.toFixed(1)} before; ` +
    `${environment.browser}; Node ${environment.node}; medians of ${rounds} rounds\n`);
  console.log(report(programs, samples, k_counts));
  if (json) writeFileSync(json, `${JSON.stringify({ environment, samples, failures }, null, 2)}\n`);
  for (const failure of failures) console.error(`\nFAILED ${failure}`);
  for (const { name, binary } of missing) console.error(`\nFAILED ${name}: ${binary} is not built: run ./dev build`);
  if (failures.length || missing.length) process.exitCode = 1;
}

await main().catch(error => {
  console.error(error.message);
  process.exitCode = 4;
});
