import assert from 'node:assert/strict';
import test from 'node:test';
import { parts_of, read_sets, read_split, share_out } from '../split.mjs';

const sets = read_sets();
const parts = parts_of(read_split());
const pairs_of = part => sets.filter(({ name }) => part.includes(name)).flatMap(({ entries }) => entries);

test('every set is in one part', () => {
  assert.deepEqual([...parts.tuning, ...parts.reporting].sort(), sets.map(({ name }) => name).sort());
});

test('a set\'s name is its file\'s name: decisions are told apart by it', () => {
  for (const { name, entries } of sets) assert.ok(entries.length > 0, name);
  assert.equal(new Set(sets.flatMap(({ entries }) => entries.map(({ id }) => id))).size, sets.flatMap(({ entries }) => entries).length);
});

test('the reporting part is large enough to be believed', () => {
  assert.ok(parts.reporting.length >= 8);
  assert.ok(pairs_of(parts.reporting).length >= 250);
  assert.ok(pairs_of(parts.reporting).filter(({ newSelector }) => !newSelector).length >= 40);
});

test('both parts hold elements in frames and in shadow roots', () => {
  for (const part of Object.values(parts)) {
    assert.ok(pairs_of(part).some(({ newFrames }) => newFrames?.length));
    assert.ok(pairs_of(part).some(({ newShadow }) => newShadow?.length));
  }
});

test('sets are shared out whole and about evenly', () => {
  const set = (name, pairs) => ({ name, entries: new Array(pairs) });
  const shares = share_out([set('a', 5), set('b', 90), set('c', 80), set('d', 10)], 2);
  assert.deepEqual(shares, [['b', 'a'], ['c', 'd']]);
  assert.deepEqual(share_out([set('a', 1)], 2), [['a']]);
});
