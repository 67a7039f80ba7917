// What the Node programs share: their arguments, the browser's path, and handing rows to workers.
import { performance } from 'node:perf_hooks';

/** `<work> <base-url> <count> <workers>`, as every program of the benchmark is called. */
export function program_arguments() {
  const [work, base_url, count, workers] = process.argv.slice(2);
  return { work, base_url, count: Number(count), workers: Number(workers) };
}

export const k_browser = process.env.REPRISE_BROWSER ?? '/usr/lib/chromium/chromium-headless-shell';
export const k_is_root = process.getuid() === 0;

/** Runs `work(row)` for every row, `workers` of them at a time. */
export async function for_each_row(rows, workers, work) {
  const waiting = rows.values();
  await Promise.all(Array.from({ length: workers }, async () => {
    for (const row of waiting) await work(row);
  }));
}

/** Milliseconds that `work` took. */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

/** The line that the driver reads; the last one on the standard output counts. */
export function print_figures(figures) {
  console.log(JSON.stringify(figures));
}
