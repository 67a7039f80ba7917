// Playwright as a library: no test runner, one browser, a context per row.
import { chromium } from 'playwright-core';
import { form_rows, k_text_columns } from '../rows.mjs';
import { check, for_each_row, k_browser, k_is_root, print_figures, program_arguments, timed } from './common.mjs';

export const k_labels = {
  name: 'Full name', email: 'Email', phone: 'Phone', company: 'Company', street: 'Street', city: 'City',
  postcode: 'Postcode', cabin: 'Cabin', insurance: 'Insurance',
};

/** The ten steps of a row, shared with the programs under Playwright Test. */
export async function book(page, base_url, row) {
  await page.goto(`${base_url}/form.html`);
  for (const column of k_text_columns) await page.getByLabel(k_labels[column]).fill(row[column]);
  await page.getByLabel(k_labels.cabin).selectOption(row.cabin);
  await page.getByLabel(k_labels.insurance).check();
  await page.getByRole('button', { name: 'Book now' }).click();
}

export async function click_counter(page, base_url, count) {
  await page.goto(`${base_url}/clicks.html`);
  const button = page.getByRole('button', { name: 'Count' });
  const ms = await timed(async () => {
    for (let i = 0; i < count; ++i) await button.click();
  });
  const total = await page.getByTestId('total').textContent();
  check(total === String(count), `the counter shows ${total}, expected ${count}`);
  return { rows: count, ms };
}

export async function query_page(page, base_url, count) {
  await page.goto(`${base_url}/queries.html`);
  const repeat = locator => timed(async () => {
    for (let i = 0; i < count; ++i) {
      const found = await locator.count();
      check(found === 1, `found ${found} elements, expected 1`);
    }
  });
  const role_ms = await repeat(page.getByRole('button', { name: 'Reserve the night crossing' }));
  const text_ms = await repeat(page.getByText('The only night crossing'));
  return { rows: count, ms: role_ms + text_ms, role_ms, text_ms };
}

async function main() {
  const { work, base_url, count, workers } = program_arguments();
  const browser = await chromium.launch({ executablePath: k_browser, chromiumSandbox: !k_is_root });
  const in_fresh_context = async task => {
    const context = await browser.newContext();
    const result = await task(await context.newPage());
    await context.close();
    return result;
  };
  if (work === 'form') {
    const ms = await timed(() => for_each_row(form_rows(count), workers, row => in_fresh_context(async page => {
      await book(page, base_url, row);
      await page.getByText(`Thank you, ${row.name}`).waitFor();
    })));
    print_figures({ rows: count, ms });
  } else {
    const task = { clicks: click_counter, queries: query_page }[work];
    print_figures(await in_fresh_context(page => task(page, base_url, count)));
  }
  await browser.close();
}

if (process.argv[1]?.endsWith('playwright.mjs')) await main();
