import assert from 'node:assert/strict';
import test from 'node:test';
import { by_kind, calibration_error, goals, goals_table, overhead, remarks, tally } from '../goals.mjs';

const row = (verdict, more = {}) => ({
  id: `pair-${Math.random()}`, set: 'a', tags: [], removed: false, frame: false, shadow: false, asked: 'as is', verdict, healed: false,
  heals: 0, stepMs: 5, reason: '', ...more,
});

test('what was not measured is in no share, but is told', () => {
  const rows = [row('right'), row('refused'), row('unmeasured', { reason: 'the page was not served' })];
  const t = tally(rows);
  assert.deepEqual([t.pairs, t.present, t.located, t.unmeasured], [3, 2, 1, 1]);
  assert.match(remarks(rows), /unmeasured pair-.*the page was not served/);
});

test('direct hits are what was pressed without a heal', () => {
  const t = tally([row('right'), row('right', { healed: true }), row('wrong'), row('wrong', { removed: true }), row('refused'),
    row('wrong', { asked: 'ablated' }), row('wrong', { asked: 'ablated', healed: true })]);
  assert.deepEqual([t.direct, t.direct_wrong, t.removed, t.removed_wrong, t.removed_direct], [2, 1, 1, 1, 1]);
  assert.deepEqual([t.ablated, t.ablated_wrong, t.ablated_direct], [2, 2, 1]);
});

test('an element that was found and could not be pressed is not located', () => {
  const t = tally([row('stuck'), row('right')]);
  assert.deepEqual([t.present, t.located, t.stuck, t.wrong], [2, 1, 1, 0]);
});

test('calibration compares confidence with how often it was right, bin by bin', () => {
  const sure = right => row('right', { confidence: 0.9, bestRight: right });
  assert.ok(Math.abs(calibration_error([...Array(9).fill(sure(true)), sure(false)])) < 1e-9);
  assert.ok(Math.abs(calibration_error([sure(false)]) - 0.9) < 1e-9);
  assert.equal(calibration_error([row('right')]), undefined);
});

const run = times => times.map((stepMs, i) => row('right', { id: String(i), stepMs }));

test('the overhead is what steps took more with healing, the slowest and the fastest quarter left out', () => {
  const result = overhead(run([9, 18, 27, 36]), [...run([10, 20, 30, 900]), row('stuck')], run([9, 18, 27, 36]));
  assert.deepEqual([result.heals, result.rows, result.steps, result.failed.length, result.ms], [0, 5, 4, 1, 2.5]);
});

test('where equal runs differ by more than the goal there is no overhead to tell', () => {
  const unchanged = overhead(run([10, 10]), run([4, 4]), run([30, 30]));
  assert.deepEqual([unchanged.noise, unchanged.ms], [20, undefined]);
  const line = goals({ rows: [row('right')], unchanged }).find(({ number }) => number === '8b');
  assert.deepEqual([line.figure, line.verdict], ['equal runs differ by 20.0 ms', 'not measured']);
});

test('a missed goal says by how much, a figure that is not there says why', () => {
  const rows = [...Array(8).fill(0).map(() => row('right')), row('refused'), row('wrong')];
  const lines = goals({ rows, why: { vision: 'vision_speed is not built' } });
  assert.equal(lines[0].verdict, 'missed by 5.0 %');
  assert.equal(lines[1].figure, '10.0 % (1/10)');
  assert.equal(lines.find(({ number }) => number === '7').figure, 'vision_speed is not built');
  assert.equal(lines.find(({ number }) => number === '7').verdict, 'not measured');
  assert.match(goals_table(lines), /^1 +located, healing on/m);
});

test('a pair counts for each of its kinds', () => {
  const text = by_kind([row('right', { tags: ['twin', 'icon'], frame: true }), row('refused', { removed: true, tags: ['twin'] })]);
  for (const kind of ['twin', 'icon only', 'in a frame', 'removed']) assert.match(text, new RegExp(`^${kind} +1`, 'm'));
});
