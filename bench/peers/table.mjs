// From samples to the printed tables. A sample is {program, work, workers, round, count, measured, figures}: `measured`
// as measure.py writes it, `figures` as the program printed them.
import { k_floor, k_yardstick } from './programs.mjs';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Median over the rounds of `value(sample)` divided by the same of `other` in the same round, so that a machine that
 * was slow for a while slows both sides. Undefined when the two share no round.
 */
export function ratio(samples, other, value) {
  const of_round = new Map(other.map(sample => [sample.round, value(sample)]));
  const ratios = samples.filter(({ round }) => of_round.has(round)).map(sample => value(sample) / of_round.get(sample.round));
  return ratios.length ? median(ratios) : undefined;
}

const wall_s = sample => sample.measured.wall_ms / 1000;
const cpu_ms = sample => sample.measured.cpu_ms / sample.count;
const click_ms = sample => sample.figures.ms / sample.count;
const role_ms = sample => sample.figures.role_ms / sample.count;
const text_ms = sample => sample.figures.text_ms / sample.count;

// [title, value of a sample, digits]
const k_form_columns = [
  ['wall s', wall_s, 2], ['ms/row', sample => sample.measured.wall_ms / sample.count, 1], ['CPU ms/row', cpu_ms, 1],
  ['RSS MB', sample => sample.measured.peak_rss_kb / 1024, 0],
];
const k_click_columns = [['ms/click', click_ms, 2]];
const k_query_columns = [['ms/role query', role_ms, 2], ['ms/text query', text_ms, 2]];

const shown = (value, digits) => (value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits));

/** Lines of cells as text: the first column to the left, the others to the right. A shorter line than the first ends in a remark. */
export function align(lines) {
  const whole = lines.filter(line => line.length === lines[0].length);
  const widths = lines[0].map((_, column) => Math.max(...(column ? whole : lines).map(line => line[column].length)));
  return lines.map(line => line.map((cell, column) => {
    if (column === 0) return cell.padEnd(widths[0]);
    return whole.includes(line) ? cell.padStart(widths[column]) : cell;
  }).join('  ')).join('\n');
}

/**
 * One table: a line per program, medians in `columns` (of the first with its least and greatest), then the ratios of
 * `compared` to the yardstick and the floor.
 */
function table(programs, samples, columns, compared) {
  const [[first_title, first_value, first_digits], ...others] = columns;
  const head = ['program', first_title, 'min-max', ...others.map(([title]) => title),
    ...compared.flatMap(([title]) => [`${title} / PT`, `${title} / raw`])];
  const of = name => samples.filter(sample => sample.program === name);
  const lines = programs.map(({ name, note }) => {
    const own = of(name);
    if (!own.length) return [name, note ?? 'failed'];
    const first = own.map(first_value);
    return [name, shown(median(first), first_digits),
      `${shown(Math.min(...first), first_digits)}-${shown(Math.max(...first), first_digits)}`,
      ...others.map(([, value, digits]) => shown(median(own.map(value)), digits)),
      ...compared.flatMap(([, value]) => [k_yardstick, k_floor].map(other => shown(ratio(own, of(other), value), 2)))];
  });
  return align([head, ...lines]);
}

/** The whole report. `programs` are {name, works, note?}; a note stands where a program has no samples. */
export function report(programs, samples, counts) {
  const doing = work => programs.filter(({ works }) => works.includes(work));
  const of = (work, workers) => samples.filter(sample => sample.work === work && sample.workers === workers);
  const form = workers => [`A form of ten fields, ${counts.form} rows, ${workers} worker${workers > 1 ? 's' : ''}`,
    table(doing('form'), of('form', workers), k_form_columns, [['wall', wall_s], ['CPU', cpu_ms]])];
  return [
    ...form(1), '', ...form(2), '',
    `${counts.clicks} clicks on a still page`,
    table(doing('clicks'), of('clicks', 1), k_click_columns, [['click', click_ms]]), '',
    `Role and text query in 10,000 elements, ${counts.queries} times each`,
    table(doing('queries'), of('queries', 1), k_query_columns, [['role', role_ms], ['text', text_ms]]),
  ].join('\n');
}
