// The servers of the stack as child processes. The kernel ends them when we are killed (setpriv --pdeathsig), whatever
// kills us: nothing is left behind.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export class Process {
  #child;
  #log;
  #ended;

  /** `user`: whom to run as, when we are root. `dies_by`: the signal that it gets when we die. */
  constructor(name, command, { log, dies_by = 'KILL', user, ...options }) {
    this.name = name;
    this.#log = log;
    const as = user && process.getuid() === 0 ? ['--reuid', user, '--regid', user, '--init-groups'] : [];
    const output = openSync(log, 'a');
    this.#child = spawn('setpriv', ['--pdeathsig', dies_by, ...as, '--', ...command.map(String)],
      { stdio: ['ignore', output, output], ...options });
    closeSync(output);
    this.#ended = new Promise(resolve => {
      this.#child.on('exit', (code, signal) => { this.end = signal ?? `exit code ${code}`; resolve(); });
      this.#child.on('error', error => { this.end = String(error); resolve(); });
    });
  }

  get pid() { return this.#child.pid; }
  wait() { return this.#ended; }

  async stop(signal) {
    if (this.end === undefined) this.#child.kill(signal);
    await this.#ended;
  }

  /** Until `ready` is true; an error with the last lines of its log when it ends first, or takes `seconds`. */
  async until(ready, seconds = 20) {
    const limit = Date.now() + seconds * 1000;
    while (!await ready()) {
      if (this.end !== undefined || Date.now() > limit) {
        const last = readFileSync(this.#log, 'utf8').trim().split('\n').slice(-12).join('\n  ');
        throw new Error(`${this.name} ${this.end === undefined ? `is not ready after ${seconds} s` : `ended (${this.end})`}:\n  ${last}`);
      }
      await pause(4);
    }
    return this;
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export function free_port() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** `start(port)` with a free port; with another one when it was taken meanwhile. */
export async function with_free_port(start) {
  for (let left = 3; ; --left) {
    try {
      return await start(await free_port());
    } catch (error) {
      if (left === 0 || !/in use|EADDRINUSE|could not bind/i.test(error.message)) throw error;
    }
  }
}
