// From what healing_replay wrote to the printed tables. A row is {id, set, tags, removed, frame, shadow, asked, verdict, healed,
// confidence?, bestRight?, stepMs, reason}; verdicts.hpp says what each verdict means.
import { align } from '../peers/table.mjs';

/**
 * What came of the rows, counted. `removed_wrong`, `ablated_wrong`: anything was pressed, or healed to, in their stead; `_direct`:
 * by the recorded clues, without a heal.
 */
export function tally(rows) {
  const measured = rows.filter(({ verdict }) => verdict !== 'unmeasured');
  const as_is = measured.filter(({ asked }) => asked === 'as is');
  const present = as_is.filter(({ removed }) => !removed);
  const gone = as_is.filter(({ removed }) => removed);
  const ablated = measured.filter(({ asked }) => asked === 'ablated');
  const count = (list, verdict) => list.filter(row => row.verdict === verdict).length;
  const direct = list => list.filter(({ healed }) => !healed);
  return {
    pairs: new Set(rows.map(({ id }) => id)).size,
    present: present.length, located: count(present, 'right'), wrong: count(present, 'wrong'), stuck: count(present, 'stuck'),
    healed: present.filter(({ verdict, healed }) => healed && verdict === 'right').length,
    removed: gone.length, removed_wrong: count(gone, 'wrong'), removed_direct: count(direct(gone), 'wrong'),
    ablated: ablated.length, ablated_wrong: count(ablated, 'wrong'), ablated_direct: count(direct(ablated), 'wrong'),
    direct: count(direct(present), 'right') + count(direct(present), 'wrong'), direct_wrong: count(direct(present), 'wrong'),
    unmeasured: rows.length - measured.length,
  };
}

/** How far confidence and truth are apart, over all comparisons: ten bins, weighed by how many fell in each. */
export function calibration_error(rows) {
  const compared = rows.filter(({ verdict, confidence }) => verdict !== 'unmeasured' && confidence !== undefined);
  if (compared.length === 0) return undefined;
  const difference = new Array(10).fill(0);
  for (const { confidence, bestRight } of compared) {
    difference[Math.min(9, Math.floor(confidence * 10))] += confidence - (bestRight ? 1 : 0);
  }
  return difference.reduce((sum, value) => sum + Math.abs(value), 0) / compared.length;
}

/** The mean of the middle half: steps are timed in whole ms, of which a median would be one. */
export function middle_mean(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 4);
  const middle = sorted.slice(cut, sorted.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

// Goal 8: what cannot be told apart from two equal runs is no figure.
const k_most_ms = 2;

/**
 * What healing costs where nothing has changed. Rows of the same pairs: without healing, with, and without once more; the two
 * without tell how much equal runs differ. Above the goal itself, `ms` is left out: the machine was too busy.
 */
export function overhead(before, on, after) {
  const times = rows => new Map(rows.filter(({ verdict }) => verdict === 'right').map(({ id, stepMs }) => [id, stepMs]));
  const [first, second] = [times(before), times(after)];
  const measured = on.filter(({ verdict }) => verdict !== 'unmeasured');
  const all = measured.filter(({ id, verdict }) => verdict === 'right' && first.has(id) && second.has(id));
  const noise = all.length ? Math.abs(middle_mean(all.map(({ id }) => second.get(id) - first.get(id)))) : undefined;
  const more = all.length ? middle_mean(all.map(({ id, stepMs }) => stepMs - (first.get(id) + second.get(id)) / 2)) : undefined;
  return {
    heals: measured.reduce((sum, { heals }) => sum + heals, 0), rows: measured.length, steps: all.length,
    failed: measured.filter(({ verdict }) => verdict !== 'right').map(({ id, reason }) => ({ id, reason })),
    noise, ms: noise <= k_most_ms ? more : undefined,
  };
}

const share = (part, of) => (of > 0 ? part / of : undefined);
const percent = (value, digits = 1) => (value === undefined ? '-' : `${(100 * value).toFixed(digits)} %`);
const of = (part, whole) => `${percent(share(part, whole))} (${part}/${whole})`;

/** One line of the goals table. `value` undefined: not measured, `figure` says why. `better`: "more" or "less". */
function line(number, what, value, figure, goal, stretch, better, text = percent) {
  const reached = bound => (better === 'more' ? value >= bound : value <= bound);
  const missed = better === 'more' ? `missed by ${text(goal - value)}` : `missed by ${text(value - goal)}`;
  const verdict = value === undefined ? 'not measured' : reached(stretch) ? 'stretch reached' : reached(goal) ? 'reached' : missed;
  return { number, what, value, figure, goal: text(goal), stretch: text(stretch), verdict };
}

/** The goals, all that `measured` holds a figure for: {rows, speed?, vision?, unchanged?}; `why` says what is missing. */
export function goals({ rows, speed, vision, unchanged, why = {} }) {
  const t = tally(rows);
  const error = calibration_error(rows);
  const ms = value => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  const plain = value => value.toFixed(3);
  const timed = (value, reason) => (value === undefined ? reason ?? 'not measured' : ms(value));
  return [
    line('1', 'located, healing on', share(t.located, t.present), of(t.located, t.present), 0.85, 0.92, 'more'),
    line('2', 'wrong, where a counterpart exists', share(t.wrong, t.present), of(t.wrong, t.present), 0.015, 0.005, 'less'),
    line('3', 'wrong, element removed', share(t.removed_wrong, t.removed), of(t.removed_wrong, t.removed), 2 / 56, 0, 'less'),
    line('4', 'wrong, element ablated', share(t.ablated_wrong, t.ablated), of(t.ablated_wrong, t.ablated), 0.03, 0.01, 'less'),
    line('5a', 'of these without a heal: counterpart exists', share(t.direct_wrong, t.direct), of(t.direct_wrong, t.direct), 0.015, 0.005, 'less'),
    line('5b', '  element removed', share(t.removed_direct, t.removed), of(t.removed_direct, t.removed), 1 / 64, 0, 'less'),
    line('5c', '  element ablated', share(t.ablated_direct, t.ablated), of(t.ablated_direct, t.ablated), 0.015, 0.005, 'less'),
    line('6a', 'decision for 500 candidates, p95', speed?.decide, timed(speed?.decide, why.speed), 3, 1, 'less', ms),
    line('6b', 'collecting 500 candidates, p95', speed?.collect, timed(speed?.collect, why.speed), 40, 20, 'less', ms),
    line('7', 'vision per heal, 1.8 Mpx, one thread, p95', vision, timed(vision, why.vision), 30, 10, 'less', ms),
    line('8a', 'unchanged pages: heals', unchanged?.heals, unchanged ? `${unchanged.heals} of ${unchanged.rows}` : why.unchanged ?? 'not measured',
      0, 0, 'less', String),
    line('8b', 'unchanged pages: more per step', unchanged?.ms,
      unchanged && unchanged.ms === undefined ? `equal runs differ by ${unchanged.noise?.toFixed(1)} ms` : timed(unchanged?.ms, why.unchanged),
      k_most_ms, k_most_ms, 'less', ms),
    line('9', 'expected calibration error', error, error === undefined ? '-' : plain(error), 0.05, 0.03, 'less', plain),
    { number: '10', what: 'vision model on abstained elements', figure: '-', goal: 'half', stretch: '70 %', verdict: 'not measured without a key' },
  ];
}

export const goals_table = list => align([
  ['#', 'measure', 'figure', 'goal', 'stretch', ''],
  ...list.map(({ number, what, figure, goal, stretch, verdict }) => [number, what, figure, goal, stretch, verdict]),
].map(([number, what, ...cells]) => [`${number.padEnd(3)} ${what}`, ...cells]));

const k_kinds = { twin: 'twin', icon: 'icon only', reworded: 'reworded', moved: 'moved', role: 'role changed', dyn: 'dynamic id', sem: 'other meaning' };

const kinds_of = row => [
  ...(row.removed ? [] : (row.tags?.length ? row.tags.map(tag => k_kinds[tag] ?? tag) : ['plain'])),
  ...(row.removed ? ['removed'] : []), ...(row.frame ? ['in a frame'] : []), ...(row.shadow ? ['in a shadow root'] : []),
];

/** A line per name that `names_of` gives a row. */
export function breakdown(rows, title, names_of) {
  const names = [...new Set(rows.flatMap(names_of))].sort();
  const lines = names.map(name => {
    const t = tally(rows.filter(row => names_of(row).includes(name)));
    return [name, String(t.pairs), percent(share(t.located, t.present)), percent(share(t.wrong, t.present)), String(t.stuck),
      t.removed ? `${t.removed_wrong}/${t.removed}` : '-', t.ablated ? `${t.ablated_wrong}/${t.ablated}` : '-', String(t.unmeasured)];
  });
  return align([[title, 'pairs', 'located', 'wrong', 'stuck', 'removed', 'ablated', 'not measured'], ...lines]);
}

export const by_set = rows => breakdown(rows, 'set', row => [row.set]);
export const by_kind = rows => breakdown(rows, 'kind', kinds_of);

/** What a reader has to know by name: wrong presses, and rows that say nothing. */
export function remarks(rows) {
  const told = ({ id, asked, removed, verdict, healed, reason }) =>
    `  ${verdict.padEnd(10)} ${id} (${removed ? 'removed' : asked}${healed ? ', healed' : ''}): ${reason}`.slice(0, 200);
  return rows.filter(({ verdict }) => ['wrong', 'stuck', 'unmeasured'].includes(verdict)).sort((a, b) => b.verdict.localeCompare(a.verdict)).map(told).join('\n');
}
