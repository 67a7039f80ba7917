// All programs do the same work: the data, the two recordings and the page agree.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { form_csv, form_row, k_columns } from '../rows.mjs';
import { serve } from '../server.mjs';

const read = name => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

test('form.csv holds the fifty rows of the rule', () => {
  assert.equal(read('form.csv'), form_csv(50));
});

test('every element of the canonical recording is on the page', () => {
  const page = read('pages/form.html');
  for (const { bundle, label } of JSON.parse(read('form.recording.json')).steps) {
    assert.match(page, new RegExp(`<${bundle.tag} id="${bundle.id}"[^>]*data-testid="${bundle.dataAttrs['data-testid']}"`), label);
    assert.equal(bundle.xpath, `//*[@id='${bundle.id}']`);
  }
});

test('both recordings take every column, once', () => {
  const { steps, variables } = JSON.parse(read('form.recording.json'));
  assert.deepEqual(Object.values(variables).map(({ csvColumn }) => csvColumn), k_columns);
  assert.deepEqual(steps.slice(0, 9).map(({ value }) => value), Object.values(form_row(1)));
  const changes = JSON.parse(read('form.puppeteer.json')).steps.filter(({ type }) => type === 'change');
  assert.deepEqual(changes.map(({ value }) => value), k_columns.slice(0, 8).map(column => `{{${column}}}`));
});

test('the server counts requests and forgets them when asked', async () => {
  const server = await serve();
  try {
    const answer = await fetch(`${server.url}/form.html`);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.match(await answer.text(), /Book a crossing/);
    assert.equal((await fetch(`${server.url}/nothing`)).status, 404);
    assert.equal(server.take_hits('/form.html'), 1);
    assert.equal(server.take_hits('/form.html'), 0);
  } finally {
    server.close();
  }
});
