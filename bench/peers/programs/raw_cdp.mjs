// The floor: what Chromium itself needs for the work, spoken to without any library, every command written as soon as
// its arguments are known. No waiting for elements, no checks before input, no reports.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { form_rows } from '../rows.mjs';
import { check, for_each_row, k_browser, k_is_root, print_figures, program_arguments, timed } from './common.mjs';

/** Chromium on two pipes: `send` resolves to the command's result, `once` to the next event of a session. */
function launch() {
  const profile = mkdtempSync(join(tmpdir(), 'bench-raw-cdp-'));
  const child = spawn(k_browser, ['--headless', '--remote-debugging-pipe', `--user-data-dir=${profile}`,
    '--no-first-run', '--disable-background-networking', ...(k_is_root ? ['--no-sandbox'] : []), 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const exited = new Promise(resolve => child.on('exit', resolve));
  const [, , , input, output] = child.stdio;
  const pending = new Map();
  const waiting = new Map();
  let last_id = 0;

  const receive = message => {
    if (message.id) {
      const { resolve, reject, method } = pending.get(message.id);
      pending.delete(message.id);
      if (message.error) reject(new Error(`${method}: ${message.error.message}`));
      else resolve(message.result);
      return;
    }
    const key = `${message.sessionId} ${message.method}`;
    waiting.get(key)?.();
    waiting.delete(key);
  };
  let tail = [];
  output.on('data', chunk => {
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0)) {
      tail.push(chunk.subarray(0, end));
      receive(JSON.parse(Buffer.concat(tail)));
      tail = [];
      chunk = chunk.subarray(end + 1);
    }
    tail.push(chunk);
  });
  return {
    send(method, params = {}, sessionId = undefined) {
      const id = ++last_id;
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      return new Promise((resolve, reject) => pending.set(id, { resolve, reject, method }));
    },
    once: (sessionId, method) => new Promise(resolve => waiting.set(`${sessionId} ${method}`, resolve)),
    async close() {
      this.send('Browser.close').catch(() => {});
      await exited;
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Opens `url` in a fresh context, gives its session to `task`, and disposes of the context. */
async function in_fresh_context(browser, url, task) {
  const { browserContextId } = await browser.send('Target.createBrowserContext');
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const session = {
    send: (method, params) => browser.send(method, params, sessionId),
    async evaluate(expression) {
      const { result, exceptionDetails } =
        await browser.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }, sessionId);
      check(!exceptionDetails, exceptionDetails?.exception?.description);
      return result.value;
    },
    click({ x, y }) {
      const event = (type, more) =>
        browser.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1, ...more }, sessionId);
      return Promise.all([event('mouseMoved', { button: 'none', clickCount: 0 }), event('mousePressed'), event('mouseReleased')]);
    },
  };
  // Navigation is the browser process's work and not ordered against the renderer's: sent together with these, it may
  // be over before the page has been told to report its load event.
  await Promise.all([session.send('Page.enable'), session.send('Runtime.enable'), session.send('Network.enable')]);
  const loaded = browser.once(sessionId, 'Page.loadEventFired');
  await Promise.all([session.send('Page.navigate', { url }), loaded]);
  const result = await task(session);
  await browser.send('Target.disposeBrowserContext', { browserContextId });
  return result;
}

// In the page: sets the eight values as an input method would announce them, and tells where to click.
const fill_script = row => `(row => {
  for (const name of ['name', 'email', 'phone', 'company', 'street', 'city', 'postcode', 'cabin']) {
    const field = document.getElementById(name);
    field.value = row[name];
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  return ['insurance', 'book'].map(id => {
    const box = document.getElementById(id).getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  });
})(${JSON.stringify(row)})`;

async function book(session, row) {
  const [insurance, submit] = await session.evaluate(fill_script(row));
  await Promise.all([session.click(insurance), session.click(submit)]);
  const shown = await session.evaluate('document.getElementById("result").textContent');
  check(shown.startsWith(`Thank you, ${row.name}`), `the page shows "${shown}" for ${row.name}`);
}

async function click_counter(session, count) {
  const point = await session.evaluate(`(() => {
    const box = document.getElementById('count').getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  })()`);
  const ms = await timed(async () => {
    for (let i = 0; i < count; ++i) await session.click(point);
  });
  const total = await session.evaluate('document.getElementById("total").textContent');
  check(total === String(count), `the counter shows ${total}, expected ${count}`);
  return { rows: count, ms };
}

async function query_page(session, count) {
  const repeat = (selector, text) => timed(async () => {
    for (let i = 0; i < count; ++i) {
      const found = await session.evaluate(`[...document.querySelectorAll(${JSON.stringify(selector)})]
        .filter(element => element.textContent.includes(${JSON.stringify(text)})).length`);
      check(found === 1, `found ${found} elements, expected 1`);
    }
  });
  const role_ms = await repeat('button', 'Reserve the night crossing');
  const text_ms = await repeat('span', 'The only night crossing');
  return { rows: count, ms: role_ms + text_ms, role_ms, text_ms };
}

const { work, base_url, count, workers } = program_arguments();
const browser = launch();
if (work === 'form') {
  const ms = await timed(() => for_each_row(form_rows(count), workers, row =>
    in_fresh_context(browser, `${base_url}/form.html`, session => book(session, row))));
  print_figures({ rows: count, ms });
} else {
  const task = { clicks: click_counter, queries: query_page }[work];
  print_figures(await in_fresh_context(browser, `${base_url}/${work}.html`, session => task(session, count)));
}
await browser.close();
