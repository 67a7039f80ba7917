// Where a click will land, and whether it did: verification inside the event itself.
//
// The listeners below are registered before any script of the page, on the window, in the capture phase: they see each
// event first. While nothing is armed they do one comparison. When the event of an armed click goes to another element
// than the target, it and all that follow are swallowed before the page sees them: nothing has happened.

let armed = null;

// A page that writes a document anew (`document.open`, as editors do in their frames) takes all listeners away, ours, too.
// They are put back before each use; to add one twice is to add it once.
const listeners = [];
const listenAgain = () => listeners.forEach((listener) => addEventListener(...listener));

function listen(type, take) {
  listeners.push([type, take, { capture: true, passive: false }]);
  addEventListener(...listeners[listeners.length - 1]);
}

const pressEvents = new Set(['pointerdown', 'mousedown']);
const releaseEvents = new Set(['pointerup', 'mouseup']);
const finalEvents = new Set(['click', 'auxclick', 'contextmenu', 'dblclick']);
const moveEvents = new Set(['pointermove', 'mousemove']);

// Does an event that goes along `path` reach what `target` stands for? A label stands for its control, what is inside
// a button or a link for the button or link.
function reaches(path, target) {
  if (!target) return false;
  if (path.includes(target)) return true;
  const owner = target.closest('button,[role=button],a,[role=link]');
  if (owner && path.includes(owner)) return true;
  const label = path.find((node) => node.nodeType === Node.ELEMENT_NODE && tagOf(node) === 'label');
  if (label && label.control === target) return true;
  const targetLabel = target.closest('label');
  return !!targetLabel && !!targetLabel.control && path.includes(targetLabel.control);
}

function composedPathTo(element) {
  const path = [];
  for (let node = element; node; node = parentInTree(node)) path.push(node);
  return path;
}

const isWithin = (boxes, x, y) =>
  [...boxes].some((box) => x >= box.left && x < box.right && y >= box.top && y < box.bottom);

// What an event at this point goes along: the flat tree. Text of a host is shown within one of its slots, and events
// begin there, although `elementAt` can only name the host.
function pathAt(x, y) {
  const element = elementAt(x, y);
  if (!element || !shadowRootOf(element)) return composedPathTo(element);
  const range = document.createRange();
  for (const node of element.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE || !slotOf(node)) continue;
    range.selectNode(node);
    if (isWithin(range.getClientRects(), x, y)) return composedPathTo(slotOf(node));
  }
  return composedPathTo(element);
}

// An event does not tell what lies within a closed shadow root: there the tree and the point do.
function pathOf(event) {
  const path = event.composedPath();
  if (closedRoots.has(path[0])) return pathAt(event.clientX, event.clientY);
  return adoptedRoots.size > 0 ? composedPathTo(path[0]) : path;
}

function report() {
  const { token, pressed, clicked, swallowed, hovered, hit } = armed;
  globalThis[repriseBinding](JSON.stringify({ token, pressed, clicked, swallowed, hovered, hit }));
}

// What was aimed at may stand for something else when the event comes: lists give the elements of their rows to other
// rows. So when the page has changed since the aim, the locator is asked again, inside of the event. What the page does in
// answer to the pointer and to the focus it moves is no such change.
const everything = { subtree: true, childList: true, attributes: true, characterData: true };
const aimWatch = new MutationObserver(() => {
  if (armed && !(armed.last && armed.last.eventPhase !== Event.NONE)) armed.stale = true;
  if (typing) typing.stale = true;
});

function watchFrom(target) {
  aimWatch.disconnect();
  for (let root = target && target.getRootNode(); root; root = root instanceof ShadowRoot ? root.host.getRootNode() : null) {
    aimWatch.observe(root, everything);
  }
}

function disarm() {
  aimWatch.disconnect();
  armed = null;
}

// Is it what the locator means that an event along `path` reaches? Until the press, a page that draws itself anew may have
// put another element in the place of the one aimed at.
function isMeant(path) {
  if (armed.stale && armed.chain && armed.chain.length > 0) {
    const { elements } = resolve(armed.chain);
    if (!elements.includes(armed.target)) {
      if (armed.pressed || elements.length !== 1) return false;
      [armed.target] = elements;
    }
  }
  armed.stale = false;
  return reaches(path, armed.target);
}

// The page made something else of the element while the button was down: what follows would act on that.
function lose(path) {
  armed.hit = describe(path[0]);
  armed.withheld = armed.pressed && armed.stale;
}

function onPress(event) {
  const path = pathOf(event);
  if (isMeant(path)) {
    armed.press = event;
    if (armed.pressed) return;
    armed.pressed = true;
    report();
  } else {
    // The page answered the pointerdown by taking the element away: the mousedown goes to another one.
    armed.swallowed = !armed.pressed;
    armed.strayed = armed.pressed;
    lose(path);
    if (armed.swallowed) report();
  }
}

// The page may answer the press itself, and by that hide the element or cover it where it is (a list that opens over its
// own field): then the release goes elsewhere, there is no click, and none was lost. An element that has moved away is
// still there to be clicked, and was not.
function isPutAway(event) {
  const { target } = armed;
  if (reaches(pathOf(event), target)) return false;
  return whyNotVisible(target) !== null || isWithin(target.getClientRects(), event.clientX, event.clientY);
}

// When the element goes only because another one loses the focus (a form that shows what is wrong with a field), then
// nobody has taken notice of the press. The focus moves between the handlers of the press and the release: first `blur`,
// then `focus`.
function onFocusMove({ type, target, isTrusted }) {
  if (!armed || !armed.press || !isTrusted || target === window) return;
  if (armed.press.eventPhase !== Event.NONE) return;  // the page's handlers move it
  const { clientX, clientY } = armed.press;
  const held = armed.target.isConnected && reaches(pathAt(clientX, clientY), armed.target);
  armed.blurring = type === 'blur' ? held : armed.blurring && !held;
}

for (const type of ['blur', 'focus']) listen(type, onFocusMove);

// What the pointer and the focus set off on their way: the page's answers to these are answers to the pointer.
for (const type of ['blur', 'focus', 'focusin', 'focusout', 'change', 'pointerover', 'mouseover', 'pointerout', 'mouseout']) {
  listen(type, (event) => {
    if (armed) armed.last = event;
  });
}

function onPointerEvent(event) {
  if (!armed || !event.isTrusted) return;
  const { type } = event;
  armed.last = event;
  if (armed.kind === 'hover') {
    if (moveEvents.has(type)) {
      armed.hovered = isMeant(pathOf(event));
      if (!armed.hovered) armed.hit = describe(pathOf(event)[0]);
      report();
      if (type === 'mousemove') disarm();
    }
    return;
  }
  if (moveEvents.has(type)) return;
  if (!armed.swallowed && !armed.withheld && pressEvents.has(type)) onPress(event);
  if (!armed.swallowed && !armed.withheld && (type === armed.expect || type === 'click')) onFinalEvent(event);
  if (armed && (armed.swallowed || armed.withheld)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (armed && armed.pressed && releaseEvents.has(type)) armed.left = isPutAway(event) && !armed.blurring;
}

// Also the first click of two: nobody waits for it, but it must not go astray either.
function onFinalEvent(event) {
  const path = pathOf(event);
  if (!isMeant(path)) {
    lose(path);
  } else if (event.type === armed.expect) {
    armed.clicked = true;
    report();
    disarm();
  }
}

for (const type of [...pressEvents, ...releaseEvents, ...finalEvents, ...moveEvents]) {
  listen(type, onPointerEvent);
}

function arm(args, target) {
  listenAgain();
  armed = { kind: args.arm, token: args.token, expect: args.expect || 'click', target, chain: args.chain, stale: false,
            pressed: false, clicked: false, swallowed: false, hovered: false, strayed: false, withheld: false,
            press: null, last: null, blurring: false, left: false, hit: '' };
  dragBegan = false;
  watchFrom(target);
}

function landed({ token, keep }) {
  const seen = armed;
  pressedLast = seen;
  if (!keep) disarm();
  if (!seen || seen.token !== token) return {};
  const { pressed, clicked, swallowed, hovered, strayed, left, hit, target } = seen;
  return { pressed, clicked, swallowed, hovered, strayed, left, hit, connected: !!target && target.isConnected };
}

// Where a drag is to end. The press that begins it is armed like a click's.
let awaitedDrop = null;

listen('drop', (event) => {
  if (!awaitedDrop || !event.isTrusted) return;
  const path = pathOf(event);
  if (!awaitedDrop.target.isConnected) {  // the page has drawn itself anew
    const { elements } = resolve(awaitedDrop.chain);
    if (elements.length === 1) [awaitedDrop.target] = elements;
  }
  awaitedDrop.dropped = reaches(path, awaitedDrop.target);
  awaitedDrop.hit = describe(path[0]);
  if (awaitedDrop.dropped) return;
  event.preventDefault();
  event.stopImmediatePropagation();
});

function awaitDrop(target, chain) {
  listenAgain();
  awaitedDrop = { target, chain, dropped: false, hit: '' };
}

// The browser's own drag, which is due when something that can be dragged was pressed and the page did not object.
let pressedLast = null;
let dragBegan = false;

listen('dragstart', (event) => {
  if (event.isTrusted) dragBegan = true;
});

function dragged() {
  const { target, press } = pressedLast || {};
  let node = press && !press.defaultPrevented ? target : null;
  while (node && !node.draggable) node = hostOrParent(node);
  return { due: !!node && getComputedStyle(node).webkitUserDrag !== 'none', began: dragBegan };
}

function dropped() {
  const seen = awaitedDrop;
  awaitedDrop = null;
  return seen ? { dropped: seen.dropped, hit: seen.hit } : {};
}

// The middle of the first part of the element that shows in the viewport, in CSS px; null: none does.
function visiblePoint(element, position) {
  if (position) {
    const box = element.getBoundingClientRect();
    return { x: box.left + element.clientLeft + position.x, y: box.top + element.clientTop + position.y };
  }
  for (const box of element.getClientRects()) {
    const left = Math.max(0, box.left);
    const right = Math.min(innerWidth, box.right);
    const top = Math.max(0, box.top);
    const bottom = Math.min(innerHeight, box.bottom);
    if (right - left > 0 && bottom - top > 0 && (right - left) * (bottom - top) > 0.99) {
      return { x: Math.floor((left + right) * 50) / 100, y: Math.floor((top + bottom) * 50) / 100 };
    }
  }
  return null;
}

const inViewport = ({ x, y }) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;

// A point of this frame in the coordinates of the document that holds the frame, and whether the frame is what shows
// there. Called in the holder's world. Until a frame of another process has shown its first picture, Chromium sends the
// pointer's events to the holder: with a `token` they are swallowed here, so that they press nothing.
// Frames in other processes are not scrolled to with what they hold: what lies outside is brought into view here.
function throughFrame({ token, ...point }, frame) {
  if (token) arm({ arm: 'press', token, expect: 'click' }, null);
  let place = placeThrough(frame, point);
  if (!inViewport(place)) {
    frame.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    place = placeThrough(frame, point);
    if (!inViewport(place)) scrollBy({ left: place.x - innerWidth / 2, top: place.y - innerHeight / 2, behavior: 'instant' });
    place = placeThrough(frame, point);
  }
  const hit = inViewport(place) ? elementAt(place.x, place.y) : null;
  return { ...place, hit: hit === frame, blocker: hit ? describe(hit) : 'the edge of the viewport' };
}

function placeThrough(frame, point) {
  const box = frame.getBoundingClientRect();
  const scaleX = frame.offsetWidth ? box.width / frame.offsetWidth : 1;
  const scaleY = frame.offsetHeight ? box.height / frame.offsetHeight : 1;
  const style = getComputedStyle(frame);
  return { x: box.left + (frame.clientLeft + parseFloat(style.paddingLeft) + point.x) * scaleX,
           y: box.top + (frame.clientTop + parseFloat(style.paddingTop) + point.y) * scaleY };
}
