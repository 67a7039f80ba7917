// Which sets the weights may see, and which they are judged by: split.json, made before anything was measured.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const k_here = import.meta.dirname;

/** Every second set of each group, by name, is reported on. */
export function parts_of(split) {
  const groups = Object.values(split.groups).map(names => [...names].sort());
  const every_second = rest => groups.flatMap(names => names.filter((_, i) => i % 2 === rest)).sort();
  return { tuning: every_second(0), reporting: every_second(1) };
}

export const read_split = () => JSON.parse(readFileSync(join(k_here, 'split.json'), 'utf8'));

/** All sets, as their files hold them, with their file's name. */
export function read_sets(folder = join(k_here, 'sets')) {
  return readdirSync(folder).filter(name => name.endsWith('.json')).sort()
    .map(file => ({ ...JSON.parse(readFileSync(join(folder, file), 'utf8')), name: file.replace(/\.json$/, '') }));
}

/** Shares the sets out to `count` processes, so that each gets about as many pairs. */
export function share_out(sets, count) {
  const shares = Array.from({ length: count }, () => ({ pairs: 0, names: [] }));
  for (const set of [...sets].sort((a, b) => b.entries.length - a.entries.length)) {
    const least = shares.reduce((a, b) => (b.pairs < a.pairs ? b : a));
    least.pairs += set.entries.length;
    least.names.push(set.name);
  }
  return shares.map(({ names }) => names).filter(names => names.length);
}
