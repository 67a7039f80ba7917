// Waiting for the page, inside the page: a check runs at once, then again when something has changed. Nothing is asked
// again while nothing changes, but for a slow beat that catches what no event announces. What acts waits for the frame after
// the change, when the page has been laid out; what only looks (`eager`) does so at once, and then once per frame.

const beatMs = 100;
const frameMs = 16;
const wakeEvents = ['load', 'scroll', 'resize', 'input', 'change', 'focusin', 'transitionend', 'animationend', 'toggle'];

// A hidden or overloaded page may stop giving frames: the beat goes on without them.
const nextFrame = () => new Promise((done) => {
  requestAnimationFrame(done);
  setTimeout(done, beatMs);
});

// `check(attempt, quietFor)` → a value to resolve with, or undefined to wait on; `quietFor`: ms since the document last
// changed. Resolves with undefined at the deadline.
async function until(timeoutMs, check, { eager = false } = {}) {
  const end = performance.now() + timeoutMs;  // a page that is slow to look at is not looked at for longer
  const first = await check(0, 0);
  if (first !== undefined || timeoutMs <= 0) return first;
  let wake = () => {};
  let dirty = false;
  let changed = performance.now();
  const touch = () => {
    dirty = true;
    wake();
  };
  const observer = new MutationObserver(() => {
    changed = performance.now();
    touch();
  });
  const look = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document, look);
  for (const root of rootsBelow(document)) if (root !== document) observer.observe(root, look);
  for (const type of wakeEvents) addEventListener(type, touch, { capture: true, passive: true });
  let looked = -Infinity;  // when `eager` last ran ahead of the frame
  try {
    for (let attempt = 1; ; ++attempt) {
      const left = end - performance.now();
      if (left <= 0) return undefined;
      if (!dirty) {
        await new Promise((done) => {
          wake = done;
          setTimeout(done, Math.min(beatMs, left));
        });
      }
      if (eager && dirty && performance.now() - looked > frameMs) looked = performance.now();
      else await nextFrame();
      dirty = false;
      const answer = await check(attempt, performance.now() - changed);
      if (answer !== undefined) return answer;
    }
  } finally {
    observer.disconnect();
    for (const type of wakeEvents) removeEventListener(type, touch, { capture: true });
  }
}

// The lines of a call log: when something was first seen, and how often since. Each probe may say two things in turn.
class CallLog {
  constructor() {
    this.start = performance.now();
    this.lines = [];
  }
  add(text) {
    const known = this.lines.slice(-2).find((line) => line.text === text);
    if (known) ++known.count;
    else if (this.lines.length < 20) this.lines.push({ ms: Math.round(performance.now() - this.start), text, count: 1 });
  }
}

// Animations that move the element or something around it.
function animationsOf(element) {
  return rootsBelow(document).flatMap((root) => root.getAnimations()).filter((animation) => {
    const moved = animation.playState === 'running' && animation.effect && animation.effect.target;
    return moved && containsComposed(moved, element);
  });
}

const isAnimating = (element) => animationsOf(element).length > 0;

const sameBox = (a, b) => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

// Two frames in a row with the same box. A frame in which no animation has begun yet, or no time has passed, as on a busy
// machine, says nothing.
async function staysPut(element) {
  await nextFrame();
  const before = element.getBoundingClientRect();
  const then = document.timeline.currentTime;
  await nextFrame();
  if (document.timeline.currentTime <= then || animationsOf(element).some((animation) => animation.pending)) return false;
  return element.isConnected && sameBox(before, element.getBoundingClientRect());
}

// Resolves once the document is loaded and nothing in it has changed for `quiet_ms`; {settled: false} at the deadline.
async function settle({ quiet_ms: quietMs, timeout_ms: timeoutMs }) {
  const end = performance.now() + timeoutMs;
  let changed = performance.now();
  const observer = new MutationObserver(() => {
    changed = performance.now();
  });
  const look = { subtree: true, childList: true, attributes: true, characterData: true };
  for (const root of rootsBelow(document)) observer.observe(root, look);
  try {
    for (;;) {
      const now = performance.now();
      const quietFor = document.readyState === 'complete' ? now - changed : 0;
      if (quietFor >= quietMs) return { settled: true };
      if (now >= end) return { settled: false };
      await new Promise((done) => {
        setTimeout(done, Math.min(Math.max(quietMs - quietFor, 10), end - now));
      });
    }
  } finally {
    observer.disconnect();
  }
}

// Wakes a script of the page's own world, which cannot wait by a clock that the page may have replaced: an event at every
// frame on `node`, which nobody else knows, until it has the attribute `done`.
async function tick(node, { timeout_ms: timeoutMs }) {
  const end = performance.now() + timeoutMs;
  while (!node.hasAttribute('done') && performance.now() < end) {
    await nextFrame();
    node.dispatchEvent(new Event('tick'));
  }
}
