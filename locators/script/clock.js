(key) => {
  'use strict';
  if (globalThis[key]) return;

  // The page's own, as they were: taken before anything replaces them.
  const realDate = Date;
  const realNow = Date.now.bind(Date);
  const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout, clearInterval: realClearInterval,
          cancelAnimationFrame: realCancelFrame, cancelIdleCallback: realCancelIdle, MessageChannel: Channel,
          Promise: P, Map: M, Reflect: R, reportError: realReport } = globalThis;
  const frameMs = 16;
  const firstId = 1e9;  // beyond ids of real timers, which stay real

  const clock = {
    installed: false,
    seen: 0,        // number of the last operation
    ticks: 0,       // ms that have passed on the clock
    began: 0,       // `ticks` of this document's beginning
    origin: 0,      // Date's value at tick 0
    fixed: undefined,
    flows: true,
    wall: 0,        // the real time at which `ticks` was right
    busy: false,    // an operation runs timers
    alarm: undefined,
    timers: new M(),
    nextId: firstId,
  };

  // Brings `ticks` up to the real time `wall`.
  const sync = (wall) => {
    if (clock.flows && !clock.busy && wall > clock.wall) clock.ticks += wall - clock.wall;
    if (!clock.busy) clock.wall = wall;
  };
  const ticks = () => {
    sync(realNow());
    return clock.ticks;
  };
  const now = () => (clock.fixed === undefined ? Math.floor(clock.origin + ticks()) : clock.fixed);
  const elapsed = () => ticks() - clock.began;

  const nextDue = (limit) => {
    let first;
    for (const timer of clock.timers.values()) {
      if (timer.at <= limit && (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))) first = timer;
    }
    return first;
  };

  const fire = (timer) => {
    if (timer.interval === undefined) clock.timers.delete(timer.id);
    else {
      timer.at = Math.max(timer.at, clock.ticks) + timer.interval;
      timer.order = clock.nextId++;
    }
    try {
      if (typeof timer.callback !== 'function') (0, eval)(String(timer.callback));
      else if (timer.kind === 'frame') timer.callback.call(undefined, elapsed());
      else if (timer.kind === 'idle') timer.callback.call(undefined, { didTimeout: false, timeRemaining: () => 50 });
      else R.apply(timer.callback, globalThis, timer.args);
    } catch (error) {
      realReport(error);
    }
  };

  const set = (kind, callback, delay, args, interval) => {
    const id = clock.nextId++;
    clock.timers.set(id, { id, kind, callback, args, interval, at: ticks() + delay, order: id });
    arm();
    return id;
  };

  // While the clock flows, a real timer wakes it for what is due next.
  const arm = () => {
    realClearTimeout(clock.alarm);
    if (!clock.flows || clock.busy || clock.timers.size === 0) return;
    const wait = Math.max(0, nextDue(Infinity).at - ticks());
    clock.alarm = realSetTimeout(() => {
      const until = ticks();
      for (let timer = nextDue(until), left = clock.timers.size; timer && left-- > 0; timer = nextDue(until)) fire(timer);
      arm();
    }, Math.min(wait, 2 ** 31 - 1));
  };

  const channel = new Channel();
  let wake = () => {};
  channel.port1.onmessage = () => wake();
  // Lets promises and events that a timer has set off run.
  const breathe = () => new P((done) => {
    wake = done;
    channel.port2.postMessage(0);
  });

  const during = async (body) => {
    clock.busy = true;
    realClearTimeout(clock.alarm);
    try {
      await body();
    } finally {
      clock.busy = false;
      clock.wall = realNow();
      arm();
    }
  };

  // What is due within `ms`, each at its time.
  const run = async (ms) => {
    const end = clock.ticks + ms;
    for (let timer = nextDue(end); timer; timer = nextDue(end)) {
      clock.ticks = Math.max(clock.ticks, timer.at);
      fire(timer);
      await breathe();
    }
    clock.ticks = end;
  };
  // At the end of `ms`, what has become due meanwhile, once each.
  const jump = async (ms) => {
    clock.ticks += ms;
    const due = [];
    for (const timer of clock.timers.values()) if (timer.at <= clock.ticks) due.push(timer);
    due.sort((a, b) => a.at - b.at || a.order - b.order);
    for (const timer of due) {
      if (clock.timers.get(timer.id) !== timer) continue;
      timer.at = clock.ticks;
      fire(timer);
      await breathe();
    }
  };

  const delayOf = (value) => {
    const ms = Number(value);
    return ms > 0 ? Math.trunc(ms) : 0;
  };
  const clear = (real) => (id) => {
    if (clock.timers.delete(Number(id))) return;
    real.call(globalThis, id);
  };

  function FakeDate(...args) {
    if (!new.target) return new realDate(now()).toString();
    return R.construct(realDate, args.length ? args : [now()], new.target);
  }
  Object.defineProperties(FakeDate, {
    name: { value: 'Date', configurable: true },
    length: { value: 7, configurable: true },
    prototype: { value: realDate.prototype, writable: false },
    now: { value: () => now(), writable: true, configurable: true },
    parse: { value: realDate.parse, writable: true, configurable: true },
    UTC: { value: realDate.UTC, writable: true, configurable: true },
  });

  const replacements = {
    setTimeout: (callback, delay, ...args) => set('timeout', callback, Math.max(1, delayOf(delay)), args),
    setInterval: (callback, delay, ...args) => set('interval', callback, delayOf(delay), args, Math.max(1, delayOf(delay))),
    requestAnimationFrame: (callback) => set('frame', callback, frameMs - (ticks() % frameMs)),
    requestIdleCallback: (callback, options) => set('idle', callback, Math.min(50, options?.timeout ?? 50)),
    clearTimeout: clear(realClearTimeout),
    clearInterval: clear(realClearInterval),
    cancelAnimationFrame: clear(realCancelFrame),
    cancelIdleCallback: clear(realCancelIdle),
  };

  const install = () => {
    if (clock.installed) return;
    clock.installed = true;
    realDate.prototype.constructor = FakeDate;
    globalThis.Date = FakeDate;
    for (const name of Object.keys(replacements)) {
      const value = { [name](...args) { return replacements[name](...args); } }[name];
      globalThis[name] = value;
    }
    Object.defineProperty(performance, 'now', { value: () => elapsed(), writable: true, configurable: true });
  };

  // `live`: timers that are due run, and the answer is awaited. Otherwise this document is new, and has none.
  const operations = {
    install(value) {
      clock.origin = value - clock.ticks;
      clock.fixed = undefined;
      clock.flows = true;
    },
    fast_forward: (ms) => during(() => jump(ms)),
    run_for: (ms) => during(() => run(ms)),
    pause_at(value) {
      const ahead = value - (clock.origin + clock.ticks);
      if (ahead < 0) throw new RangeError(`pause_at: ${new realDate(value).toISOString()} is past; it is ${new realDate(clock.origin + clock.ticks).toISOString()}`);
      clock.flows = false;
      return during(() => jump(ahead));
    },
    resume() {
      clock.flows = true;
    },
    set_fixed_time(value) {
      clock.fixed = value;
    },
    set_system_time(value) {
      clock.fixed = undefined;
      clock.origin = value - clock.ticks;
    },
  };

  const tell = (number, operation, wall, value, live) => {
    if (number <= clock.seen) return undefined;
    clock.seen = number;
    if (!clock.installed) {
      clock.wall = wall;
      clock.origin = wall - clock.ticks;
    }
    sync(live ? realNow() : wall);
    install();
    if (live) {
      const done = operations[operation](value);
      arm();
      return done;
    }
    // The same, without timers.
    if (operation === 'fast_forward' || operation === 'run_for') clock.ticks += value;
    else if (operation === 'pause_at') {
      clock.ticks += Math.max(0, value - (clock.origin + clock.ticks));
      clock.flows = false;
    } else operations[operation](value);
    clock.began = clock.ticks + (clock.flows ? Math.max(0, realNow() - clock.wall) : 0);
    return undefined;
  };

  Object.defineProperty(globalThis, key, { value: Object.freeze({ tell }) });
}
