// A Chrome DevTools recording replayed by @puppeteer/replay. It has no data rows of its own: the recording is parsed
// again for each row with the placeholders replaced, as its users do.
import { readFileSync } from 'node:fs';
import { createRunner, parse, PuppeteerRunnerExtension } from '@puppeteer/replay';
import puppeteer from 'puppeteer-core';
import { form_rows } from '../rows.mjs';
import { check, for_each_row, k_browser, k_is_root, print_figures, program_arguments, timed } from './common.mjs';

const { work, base_url, count, workers } = program_arguments();
const browser = await puppeteer.launch({ executablePath: k_browser, headless: 'shell', args: k_is_root ? ['--no-sandbox'] : [] });

async function in_fresh_context(task) {
  const context = await browser.createBrowserContext();
  const result = await task(await context.newPage());
  await context.close();
  return result;
}

const replay = async (page, flow) => (await createRunner(parse(flow), new PuppeteerRunnerExtension(browser, page))).run();

async function book_rows() {
  const recording = readFileSync(new URL('../form.puppeteer.json', import.meta.url), 'utf8')
    .replaceAll('http://bench.example', base_url);
  const ms = await timed(() => for_each_row(form_rows(count), workers, row => in_fresh_context(page =>
    replay(page, JSON.parse(recording.replace(/{{(\w+)}}/g, (_, column) => row[column]))))));
  return { rows: count, ms };
}

/** Replays `steps` alone on an open page: what they cost without the navigation before them. */
const timed_steps = (page, steps) => timed(() => replay(page, { title: work, steps }));

const click_counter = () => in_fresh_context(async page => {
  await page.goto(`${base_url}/clicks.html`);
  const click = { type: 'click', selectors: [['aria/Count'], ['#count']], offsetX: 10, offsetY: 10 };
  const ms = await timed_steps(page, Array(count).fill(click));
  const total = await page.$eval('#total', element => element.textContent);
  check(total === String(count), `the counter shows ${total}, expected ${count}`);
  return { rows: count, ms };
});

const query_page = () => in_fresh_context(async page => {
  await page.goto(`${base_url}/queries.html`);
  const find = selector => Array(count).fill({ type: 'waitForElement', selectors: [[selector]], operator: '==', count: 1 });
  const role_ms = await timed_steps(page, find('aria/Reserve the night crossing[role="button"]'));
  const text_ms = await timed_steps(page, find('text/The only night crossing'));
  return { rows: count, ms: role_ms + text_ms, role_ms, text_ms };
});

print_figures(await { form: book_rows, clicks: click_counter, queries: query_page }[work]());
await browser.close();
