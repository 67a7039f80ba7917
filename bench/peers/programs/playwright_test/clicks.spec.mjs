import { test } from '@playwright/test';
import { print_figures } from '../common.mjs';
import { click_counter } from '../playwright.mjs';

test('clicks', async ({ page }) => {
  print_figures(await click_counter(page, process.env.BENCH_URL, Number(process.env.BENCH_COUNT)));
});
