import { test } from '@playwright/test';
import { print_figures } from '../common.mjs';
import { query_page } from '../playwright.mjs';

test('queries', async ({ page }) => {
  print_figures(await query_page(page, process.env.BENCH_URL, Number(process.env.BENCH_COUNT)));
});
