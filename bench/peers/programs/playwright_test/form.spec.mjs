import { expect, test } from '@playwright/test';
import { form_rows } from '../../rows.mjs';
import { book } from '../playwright.mjs';

for (const row of form_rows(Number(process.env.BENCH_COUNT))) {
  test(`books for ${row.name}`, async ({ page }) => {
    await book(page, process.env.BENCH_URL, row);
    await expect(page.getByTestId('result')).toContainText(`Thank you, ${row.name}`);
  });
}
