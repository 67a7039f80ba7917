// The healing benchmark, from the packages to the goals table. See ../README.md.
//
//   node bench/healing/run.mjs [--quick] [--all] [--form plain|rich] [--workers N] [--json FILE]
//                              [--decisions FILE] [--pages DIR] [--build DIR]
//
// Exits with 1 when something that was to be measured could not be, with 4 when it was called wrongly.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { by_kind, by_set, goals, goals_table, overhead, remarks, tally } from './goals.mjs';
import { parts_of, read_sets, read_split, share_out } from './split.mjs';

const k_here = import.meta.dirname;
const k_root = join(k_here, '../..');
const k_quick_sets = ['cleanblog-4-6', 'newage-4-6', 'swagger-3-5'];
const k_recorders = 2;

function read_options() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false }, all: { type: 'boolean', default: false },
      form: { type: 'string', default: 'plain' }, workers: { type: 'string', default: '6' }, json: { type: 'string' },
      decisions: { type: 'string' }, pages: { type: 'string', default: join(k_root, '.cache/healing') },
      build: { type: 'string', default: join(k_root, 'build/release') },
    },
  });
  if (!['plain', 'rich'].includes(values.form)) throw new Error(`--form ${values.form}: expected plain or rich`);
  if (!/^[1-9]\d?$/.test(values.workers)) throw new Error(`--workers ${values.workers}: expected a number from 1 to 64`);
  return { ...values, pages: resolve(values.pages), build: resolve(values.build), decisions: values.decisions && resolve(values.decisions) };
}

/** Runs a program to its end; gives what it wrote. Throws with its last lines when it ends with another code than 0. */
function run(command, options = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command[0], command.slice(1).map(String), { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let text = '';
    for (const output of [child.stdout, child.stderr]) output.on('data', chunk => { text += chunk; });
    child.on('error', error => failed(new Error(`${command[0]}: ${error.message}`)));
    child.on('close', code => {
      if (code === 0) return done(text);
      failed(new Error(`${command.slice(0, 2).join(' ')} ended with ${code}:\n${text.split('\n').slice(-8).join('\n')}`));
    });
  });
}

const started = Date.now();
function say(text) {
  const seconds = Math.round((Date.now() - started) / 1000);
  console.error(`[${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}] ${text}`);
}

class Bench {
  constructor(options, folder) {
    Object.assign(this, { options, folder });
    this.sets = read_sets();
    this.parts = parts_of(read_split());
  }

  program(name) {
    const path = join(this.options.build, name);
    if (!existsSync(path)) throw new Error(`${path} is not built: ./dev build`);
    return path;
  }

  async fetch_packages() {
    const missing = this.sets.flatMap(set => set.packages).filter(spec => !existsSync(join(this.options.pages, 'pkg', spec.replace('/', '__'))));
    if (missing.length === 0) return;
    say(`fetching ${missing.length} packages: ${missing.slice(0, 3).join(', ')} ...`);
    await run([process.execPath, join(k_here, 'setup.mjs'), this.options.pages]);
  }

  /** Pages that could not be opened are told, with their pairs; healing_replay counts these as not measured. */
  async record(names) {
    if (this.options.decisions) return this.options.decisions;
    say(`recording the pairs of ${names.length} sets`);
    const shares = share_out(this.sets.filter(({ name }) => names.includes(name)), k_recorders);
    const parts = await Promise.all(shares.map(async (share, i) => {
      const folder = join(this.folder, `sets-${i}`);
      mkdirSync(folder);
      for (const name of share) copyFileSync(join(k_here, 'sets', `${name}.json`), join(folder, `${name}.json`));
      const out = join(this.folder, `decisions-${i}.jsonl`);
      const told = await run([this.program('bench/healing_record'), folder, this.options.pages, out]);
      for (const line of told.trim().split('\n')) console.error(`        ${line}`);
      return readFileSync(out);
    }));
    const all = join(this.folder, 'decisions.jsonl');
    writeFileSync(all, Buffer.concat(parts));
    return all;
  }

  /** The program with weights that were fitted to the tuning part only. */
  async build_held_out(decisions) {
    say('fitting weights to the tuning part');
    const weights = join(this.options.build, 'bench/held_out_weights.cpp');
    await run([this.program('bench/healing_tune'), decisions, '--only', this.parts.tuning.join(), '--write', weights]);
    await run(['cmake', '--build', this.options.build, '--target', 'reprise_held_out']);
    return this.program('bench/reprise_held_out');
  }

  async replay(program, decisions, names, more = []) {
    const out = join(this.folder, 'rows.json');
    await run([this.program('bench/healing_replay'), join(k_here, 'sets'), this.options.pages, decisions, program, out,
      '--only', names.join(), '--form', this.options.form, '--workers', this.options.workers, ...more]);
    return JSON.parse(readFileSync(out, 'utf8'));
  }

  /** Old pages with their own recordings: once to learn what they look like, then with healing between two runs without. */
  async replay_unchanged(program, decisions, names) {
    say('replaying unchanged pages, with healing and without');
    const history = join(this.folder, 'history');
    const once = mode => this.replay(program, decisions, names,
      ['--asked', 'unchanged', '--healing', mode, '--history', history, '--workers', '2']);
    const learning = await once('autonomous');
    const before = await once('off');
    const on = await once('autonomous');
    const after = await once('off');
    return { ...overhead(before, on, after), learning: overhead(before, learning, after) };
  }

  async speed() {
    say('timing collecting and deciding');
    const text = await run([this.program('bench/healing_speed')]);
    const p95 = what => Number(text.split('\n').find(line => line.startsWith(what))?.match(/p95 +([\d.]+) ms/)?.[1]);
    return { collect: p95('collecting'), decide: p95('deciding, recorded page known') };
  }

  async vision() {
    if (!existsSync(join(this.options.build, 'bench/vision_speed'))) return undefined;
    say('timing vision');
    const text = await run([this.program('bench/vision_speed')]);
    return Number(text.split('\n').find(line => line.startsWith('compare with 50 candidates'))?.match(/p95 +([\d.]+) ms/)?.[1]) || undefined;
  }
}

function print(title, measured) {
  console.log(`\n${title}\n`);
  console.log(goals_table(goals(measured)));
  console.log(`\n${by_kind(measured.rows)}\n\n${by_set(measured.rows)}`);
  const told = remarks(measured.rows);
  if (told) console.log(`\nwrong: another element was pressed; stuck: found, and could not be pressed; unmeasured: says nothing\n${told}`);
}

async function measure(options, folder) {
  const bench = new Bench(options, folder);
  const { tuning, reporting } = bench.parts;
  await bench.fetch_packages();
  const shipped = bench.program('runner/reprise');
  const names = options.quick ? k_quick_sets : reporting;
  const decisions = await bench.record(options.quick ? names : [...tuning, ...reporting]);
  const program = options.quick ? shipped : await bench.build_held_out(decisions);
  say(`replaying ${names.length} sets`);
  const rows = await bench.replay(program, decisions, names);
  const unchanged = await bench.replay_unchanged(program, decisions, names);
  const measured = {
    rows, unchanged, speed: await bench.speed(), vision: await bench.vision(), why: { vision: 'vision_speed is not built' },
  };
  const weights = options.quick ? 'the shipped weights, which have seen them' : `weights fitted to ${tuning.length} other sets`;
  print(`${tally(rows).pairs} pairs of ${names.length} sets, form ${options.form}, ${weights}`, measured);
  console.log(`\nunchanged pages: ${unchanged.rows} replayed, ${unchanged.steps} compared with and without healing; `
    + `the run that learns takes ${unchanged.learning.ms?.toFixed(1) ?? '?'} ms more per step, equal runs differ by `
    + `${unchanged.noise?.toFixed(1)} ms; not passed: ${unchanged.failed.length}`);
  for (const { id, reason } of unchanged.failed) console.log(`  ${id}: ${reason}`.slice(0, 200));
  const result = { form: options.form, reporting: measured, goals: goals(measured) };
  if (options.all) {
    say('replaying all sets with the shipped weights');
    const all = { ...measured, rows: await bench.replay(shipped, decisions, [...tuning, ...reporting]) };
    print(`Seen in tuning: ${tally(all.rows).pairs} pairs of all ${tuning.length + reporting.length} sets, form ${options.form}, the shipped weights`, all);
    Object.assign(result, { all: all.rows, goals_all: goals(all) });
  }
  return result;
}

let options;
try {
  options = read_options();
} catch (error) {
  console.error(`bench/healing: ${error.message}`);
  process.exit(4);
}
const folder = mkdtempSync(join(tmpdir(), 'bench-healing-'));
try {
  const result = await measure(options, folder);
  if (options.json) {
    mkdirSync(dirname(resolve(options.json)), { recursive: true });
    writeFileSync(options.json, `${JSON.stringify(result, null, 1)}\n`);
  }
  say('done');
} catch (error) {
  console.error(`bench/healing: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
