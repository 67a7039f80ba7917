// A Supabase on 127.0.0.1, made of its real parts: PostgreSQL, PostgREST, services of sign-in and files, a gateway.
//
//     node stack.mjs [--folder FOLDER] [--schema none|ours|contract|schema]
//
// Writes one line of JSON when it is ready: {url, database, folder, anon_key, service_key, worker_token, …, milliseconds}. Then
// takes commands from stdin, a line of JSON each, {"do": NAME, …}, and answers each with a line, {"ok": …} or {"error": "…"}.
// Ends, with all that it started and made, when stdin closes or on SIGTERM.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { Gateway } from './gateway.mjs';
import { sign_token } from './jwt.mjs';
import { check_installation, Postgres, Postgrest, Services } from './servers.mjs';

const k_secret = 'a-secret-of-tests-alone-with-at-least-32-characters';
const k_years = 10 * 365 * 24 * 3600;
const k_keys = { publishable_key: 'sb_publishable_tests0000000000000000000', secret_key: 'sb_secret_tests00000000000000000000000' };
const k_tests = resolve(import.meta.dirname, '..');
const k_root = resolve(k_tests, '../..');

const begun = performance.now();
const { values: options } = parseArgs({ options: { folder: { type: 'string' }, schema: { type: 'string', default: 'ours' } } });

function sql_files(schema) {
  if (schema === 'none') return [];
  if (schema !== 'ours') return [join(k_tests, 'schemas', `${schema}.sql`)];
  const folder = join(k_root, 'supabase/migrations');
  return readdirSync(folder).filter(name => name.endsWith('.sql')).sort().map(name => join(folder, name));
}

class Stack {
  #sql;
  #buckets = [];
  #times = {};

  constructor(folder) {
    this.folder = folder;
    this.postgres = new Postgres(folder);
    this.services = new Services(folder);
    this.tokens = Object.fromEntries(['anon', 'service_role', 'reprise_worker']
      .map(role => [role, sign_token(k_secret, { role, seconds: k_years })]));
  }

  async start(schema) {
    await this.postgres.start();
    this.#lap('postgres');
    const { default: postgres } = await import('postgres');
    this.#sql = postgres({ host: this.folder, port: this.postgres.port, user: 'postgres', database: 'postgres', max: 1,
      onnotice: () => {}, idle_timeout: 1 });
    await this.#run(join(import.meta.dirname, 'platform.sql'));
    const database_port = this.postgres.port;
    await this.services.start({ database_port, secret: k_secret, ...k_keys });
    this.#lap('services');
    this.postgrest = new Postgrest(this.folder, database_port, k_secret);
    await this.use_schema({ schema });
    this.#lap('schema and postgrest');
    const { anon, service_role } = this.tokens;
    const { publishable_key, secret_key } = k_keys;
    this.gateway = new Gateway({
      rest: this.postgrest, services: this.services,
      tokens: { [anon]: anon, [publishable_key]: anon, [service_role]: service_role, [secret_key]: service_role },
      opaque: { [anon]: publishable_key, [publishable_key]: publishable_key, [service_role]: secret_key, [secret_key]: secret_key },
    });
    await this.gateway.open();
    return {
      url: this.gateway.url, folder: this.folder, database: `postgres://postgres@127.0.0.1:${database_port}/postgres`, database_port,
      anon_key: anon, service_key: service_role, worker_token: this.tokens.reprise_worker, ...k_keys, times: this.#times,
      milliseconds: Math.round(performance.now() - begun),
    };
  }

  async stop() {
    await Promise.allSettled([this.gateway?.close(), this.postgrest?.stop(), this.services.stop(), this.postgres.stop('SIGQUIT')]);
  }

  #lap(name) { this.#times[name] = Math.round(performance.now() - begun); }
  async #run(file) {
    try {
      await this.#sql.unsafe(readFileSync(file, 'utf8')).simple();
    } catch (error) {
      throw new Error(`${file}: ${error.message}${error.where ? `\n${error.where}` : ''}`);
    }
  }

  // The commands.

  async use_schema({ schema }) {
    const files = sql_files(schema);
    await this.postgrest.stop();
    for (const file of [join(import.meta.dirname, 'public.sql'), ...files]) await this.#run(file);
    this.#buckets = await this.#sql`select * from storage.buckets`;
    await this.postgrest.start();
  }
  /** The API learns of changes made with SQL. */
  async reload_schema() {
    await this.postgrest.stop();
    await this.postgrest.start();
  }
  /** No rows, no files, no users, no faults, no requests; all servers run. */
  async reset() {
    await this.postgres.resume();
    // After it lost its database it would find back by itself, but only after a pause.
    if (!await this.postgrest.answers()) await this.start_postgrest();
    // Deleted, not truncated: new files for a hundred tables and indexes take longer than a test.
    await this.#sql.unsafe(`do $$ declare one record; begin
      set local session_replication_role = replica;
      for one in select schemaname, tablename from pg_tables where schemaname = 'public' or (schemaname, tablename) = ('storage', 'objects') loop
        execute format('delete from %I.%I', one.schemaname, one.tablename);
      end loop;
      set local session_replication_role = origin;
      delete from auth.users;
      delete from storage.buckets; end $$`);
    for (const bucket of this.#buckets) await this.#sql`insert into storage.buckets ${this.#sql(bucket)}`;
    this.gateway.faults.set([]);
    this.gateway.requests = [];
    await this.gateway.open();
  }
  async sign_up({ email, password = 'secret-of-tests' }) {
    const answer = await fetch(`http://127.0.0.1:${this.services.port}/auth/v1/signup`, {
      method: 'POST', headers: { apikey: k_keys.publishable_key, 'content-type': 'application/json' }, body: JSON.stringify({ email, password }),
    });
    const body = await answer.json();
    const id = body.user?.id ?? body.id;
    if (!id) throw new Error(`sign-up of ${email}: ${answer.status} ${JSON.stringify(body)}`);
    return { id, email, password, token: sign_token(k_secret, { role: 'authenticated', sub: id, email }) };
  }
  token({ claims }) { return sign_token(k_secret, claims); }
  faults({ rules }) { this.gateway.faults.set(rules); }
  requests() { return this.gateway.requests; }
  forget_requests() { this.gateway.requests = []; }
  async network({ on }) { await (on ? this.gateway.open() : this.gateway.close()); }
  async restart_postgres({ signal }) { await this.postgres.restart(signal); }
  async stop_postgres() { await this.postgres.stop(); }
  async start_postgres() { await this.postgres.resume(); }
  async stop_postgrest() { await this.postgrest.stop(); }
  async start_postgrest() { await this.postgrest.stop(); await this.postgrest.start(); }
}

const k_commands = ['use_schema', 'reload_schema', 'reset', 'sign_up', 'token', 'faults', 'requests', 'forget_requests', 'network',
  'restart_postgres', 'stop_postgres', 'start_postgres', 'stop_postgrest', 'start_postgrest'];

async function take_commands(stack) {
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const { do: name, ...rest } = JSON.parse(line);
      if (!k_commands.includes(name)) throw new Error(`no command "${name}": expected one of ${k_commands.join(', ')}`);
      answer = { ok: await stack[name](rest) ?? null };
    } catch (error) {
      answer = { error: error.message };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

const given = options.folder !== undefined;
const folder = given ? resolve(options.folder) : mkdtempSync(join(tmpdir(), 'reprise-portal-'));
mkdirSync(folder, { recursive: true });
const stack = new Stack(folder);

let ending;
async function end(code) {
  ending ??= (async () => {
    await stack.stop();
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    if (!given) rmSync(folder, { recursive: true, force: true });
    process.exit(code);
  })();
  await ending;
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(0));
process.stdout.on('error', () => end(0));  // whoever started us has gone

try {
  check_installation();
  process.stdout.write(`${JSON.stringify(await stack.start(options.schema))}\n`);
  await take_commands(stack);
  await end(0);
} catch (error) {
  process.stderr.write(`the portal stack: ${error.message}\n`);
  await end(1);
}
