// Where keys go: verified inside of their own events, as presses are.
//
// The focus may be taken away between our looking and the keys' coming. A key that would go to another element than the
// one armed is swallowed before the page sees it, with all that follow.

let typing = null;

// `expected`: how many keys go down; `keys_only`: nothing else comes with them.
function armKeys(args, target) {
  listenAgain();
  typing = { kind: args.arm, token: args.token, expected: args.expected, keysOnly: args.keys_only, chain: args.chain, target,
             stale: false, arrived: 0, strayed: false, leaked: false, halved: false, hit: '' };
  watchFrom(target);
}

function disarmKeys() {
  aimWatch.disconnect();
  typing = null;
}

// All have come. What could not be told is kept.
function endKeys() {
  aimWatch.disconnect();
  if (canTell()) typing = null;
  else typing.over = true;
}

function reportKeys(done = false) {
  const { token, arrived } = typing;
  tell({ token, arrived, done });
}

// Does the event go to what the locator means? Before the first key the page may have made something else of the element;
// later on, a page that draws itself anew may give the focus to the one that takes the place of the old one.
function keyArrives(event) {
  const path = event.composedPath();
  if ((typing.stale && typing.arrived === 0) || !typing.target.isConnected) {
    const meant = resolve(typing.chain).elements.map(fillTarget);
    if (!meant.includes(typing.target)) {
      if (meant.length !== 1) return false;
      [typing.target] = meant;
      lastFocused = typing.target;
    }
  }
  const { target } = typing;
  return path.includes(target) || (closedRoots.has(path[0]) && containsComposed(path[0], target));
}

function stray(event) {
  typing.strayed = true;
  typing.hit = describe(event.composedPath()[0]);
  if (event.type === 'input') typing.leaked = true;  // too late to keep it from the page
  if (event.type !== 'keydown') typing.halved = true;  // the page has seen the key, and its character went elsewhere
  reportKeys();
}

function onKeyDown(event) {
  if (typing.arrived >= typing.expected && typing.keysOnly) return endKeys();  // all have come before this one
  if (!keyArrives(event)) return stray(event);
  if (++typing.arrived === 1) aimWatch.disconnect();
  // What the page does with a single key is its business: it may move the focus. A character has yet to come where its key
  // went: that is known when the key goes up.
  const done = typing.kind === 'press' && typing.arrived >= typing.expected;
  reportKeys(done);
  if (done) endKeys();
}

function onKeyUp() {
  if (!typing.keysOnly || typing.arrived < typing.expected) return;
  if (typing.kind === 'type') reportKeys(true);
  endKeys();
}

function onKeyEvent(event) {
  if (!typing || typing.over || !event.isTrusted) return;
  if (!typing.strayed) {
    if (event.type === 'keydown') onKeyDown(event);
    else if (event.type === 'keyup') onKeyUp();
    else if (typing.kind === 'type' && !keyArrives(event)) stray(event);
  }
  if (!typing || !typing.strayed || event.type === 'input') return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

for (const type of ['keydown', 'keypress', 'beforeinput', 'input', 'keyup']) listen(type, onKeyEvent);

function typed({ token }) {
  const seen = typing;
  disarmKeys();
  if (!seen || seen.token !== token) return {};
  const { arrived, strayed, leaked, halved, hit } = seen;
  return { armed: true, arrived, strayed, leaked, halved, hit, ...(seen.over ? { kept: true } : focusKept()) };
}
