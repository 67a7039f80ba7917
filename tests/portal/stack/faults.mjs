// Faults on demand. A rule: {method, path (a part of it), kind, status, percent (100), times (no end), after (0: how many
// requests pass first), retry_after, milliseconds}; the first that fits a request is applied. Which requests are hit by
// a percentage is the same in every run.
//   status    answered with `status` (503) in the database gateway's words, Retry-After when given; nothing is done
//   html      answered with an edge's HTML page and `status` (502); nothing is done
//   cut       the connection is cut before anything is done
//   lost      done, and the connection is cut instead of an answer
//   truncate  done, and half of the answer comes, as a whole one
//   cut_body  done, and the connection is cut within the answer
//   delay     done after `milliseconds`
//   hang      never answered
export const k_kinds = ['status', 'html', 'cut', 'lost', 'truncate', 'cut_body', 'delay', 'hang'];

export class Faults {
  #rules = [];

  set(rules) {
    for (const rule of rules) {
      if (!k_kinds.includes(rule.kind)) throw new Error(`fault "${rule.kind}": expected one of ${k_kinds.join(', ')}`);
    }
    this.#rules = rules.map(rule => ({ percent: 100, times: Infinity, after: 0, ...rule, seen: 0 }));
  }

  /** The rule that hits this request, if any. */
  choose(method, path) {
    for (const rule of this.#rules) {
      if (rule.method && rule.method !== method) continue;
      if (rule.path && !path.includes(rule.path)) continue;
      const number = rule.seen++;
      if (number < rule.after || rule.times <= 0) continue;
      // Spread evenly: 30 % of requests are 3 of every 10.
      const n = number - rule.after;
      if (Math.floor((n + 1) * rule.percent / 100) === Math.floor(n * rule.percent / 100)) continue;
      --rule.times;
      return rule;
    }
    return undefined;
  }
}
