// The data of the form, by one rule that every program follows: row n (from 1) is three digits in seven texts, the
// cabin goes round, and the insurance is always taken. `node rows.mjs` writes form.csv.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

export const k_columns = ['name', 'email', 'phone', 'company', 'street', 'city', 'postcode', 'cabin', 'insurance'];
export const k_text_columns = k_columns.slice(0, 7);
const k_cabins = ['suite', 'inside', 'outside'];

/** The values of row `n`, counted from 1, under their column names. */
export function form_row(n) {
  const digits = String(n).padStart(3, '0');
  return {
    name: `Passenger ${digits}`,
    email: `passenger${digits}@bench.example`,
    phone: `+44 20 7946 0${digits}`,
    company: `Harbour ${digits} Ltd`,
    street: `${digits} Quay Road`,
    city: `Port ${digits}`,
    postcode: `PT1 ${digits}`,
    cabin: k_cabins[n % 3],
    insurance: 'true',
  };
}

export const form_rows = count => Array.from({ length: count }, (_, index) => form_row(index + 1));

export function form_csv(count) {
  return [k_columns, ...form_rows(count).map(row => k_columns.map(column => row[column]))]
    .map(cells => `${cells.join(',')}\n`).join('');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(new URL('./form.csv', import.meta.url), form_csv(50));
