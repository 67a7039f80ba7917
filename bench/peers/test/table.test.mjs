import assert from 'node:assert/strict';
import test from 'node:test';
import { align, median, ratio, report } from '../table.mjs';

const sample = (program, round, wall_ms, more = {}) => ({
  program, round, work: 'form', workers: 1, count: 50, measured: { wall_ms, cpu_ms: 500, peak_rss_kb: 51200 }, ...more,
});
const wall = ({ measured }) => measured.wall_ms;

test('the median of an even number of values lies between the middle two', () => {
  assert.equal(median([9, 1, 4, 2]), 3);
  assert.equal(median([10, 9, 100]), 10);
});

test('a ratio compares within a round, so that a slow round slows both sides', () => {
  const ours = [sample('a', 1, 10), sample('a', 2, 1000), sample('a', 3, 20)];
  const other = [sample('b', 1, 20), sample('b', 2, 2000), sample('b', 3, 40)];
  assert.equal(ratio(ours, other, wall), 0.5);
});

test('a ratio leaves out rounds that one side did not finish', () => {
  assert.equal(ratio([sample('a', 1, 10), sample('a', 2, 99)], [sample('b', 1, 5)], wall), 2);
  assert.equal(ratio([sample('a', 1, 10)], [], wall), undefined);
});

test('cells are aligned to the right, the first column to the left', () => {
  assert.equal(align([['name', 'ms'], ['x', '123.4']]), 'name     ms\nx     123.4');
});

test('the report shows medians, ratios, and why a program has none', () => {
  const programs = [
    { name: 'raw CDP', works: ['form'] }, { name: 'Playwright Test', works: ['form'] },
    { name: 'reprise run', works: ['form'], note: 'not built: run ./dev build' },
  ];
  const text = report(programs, [sample('raw CDP', 1, 2000), sample('Playwright Test', 1, 8000)], { form: 50, clicks: 200, queries: 50 });
  const one_worker = text.slice(0, text.indexOf('2 workers')).split('\n').map(line => line.split(/\s{2,}/));
  assert.deepEqual(one_worker[2], ['raw CDP', '2.00', '2.00-2.00', '40.0', '10.0', '50', '0.25', '1.00', '1.00', '1.00']);
  assert.deepEqual(one_worker[3], ['Playwright Test', '8.00', '8.00-8.00', '160.0', '10.0', '50', '1.00', '4.00', '1.00', '1.00']);
  assert.deepEqual(one_worker[4], ['reprise run', 'not built: run ./dev build']);
});
