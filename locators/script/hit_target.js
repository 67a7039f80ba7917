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
  const { token, pressed, clicked, swallowed, hit } = armed;
  globalThis[repriseBinding](JSON.stringify({ token, pressed, clicked, swallowed, hit }));
}

function onPress(event) {
  const arrived = reaches(pathOf(event), armed.target);
  if (arrived) {
    armed.press = event;
    if (armed.pressed) return;
    armed.pressed = true;
    report();
  } else {
    // The page answered the pointerdown by taking the element away: the mousedown goes to another one.
    armed.swallowed = !armed.pressed;
    armed.strayed = armed.pressed;
    armed.hit = describe(pathOf(event)[0]);
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

function onPointerEvent(event) {
  if (!armed || !event.isTrusted) return;
  const { type } = event;
  if (armed.kind === 'hover') {
    if (moveEvents.has(type)) {
      armed.hovered = reaches(pathOf(event), armed.target);
      if (!armed.hovered) armed.hit = describe(pathOf(event)[0]);
    }
    return;
  }
  if (moveEvents.has(type)) return;
  if (!armed.swallowed && pressEvents.has(type)) onPress(event);
  if (armed.swallowed) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (armed.pressed && releaseEvents.has(type)) armed.left = isPutAway(event) && !armed.blurring;
  if (type === armed.expect) {
    if (reaches(pathOf(event), armed.target)) {
      armed.clicked = true;
      report();
    } else {
      armed.hit = describe(pathOf(event)[0]);
    }
  }
}

for (const type of [...pressEvents, ...releaseEvents, ...finalEvents, ...moveEvents]) {
  listen(type, onPointerEvent);
}

function arm(args, target) {
  listenAgain();
  armed = { kind: args.arm, token: args.token, expect: args.expect || 'click', target,
            pressed: false, clicked: false, swallowed: false, hovered: false, strayed: false,
            press: null, blurring: false, left: false, hit: '' };
}

function landed({ token }) {
  const seen = armed;
  armed = null;
  if (!seen || seen.token !== token) return {};
  const { pressed, clicked, swallowed, hovered, strayed, left, hit, target } = seen;
  return { pressed, clicked, swallowed, hovered, strayed, left, hit, connected: !!target && target.isConnected };
}

// Where a drag is to end. The press that begins it is armed like a click's.
let awaitedDrop = null;

listen('drop', (event) => {
  if (!awaitedDrop || !event.isTrusted) return;
  const path = pathOf(event);
  awaitedDrop.dropped = reaches(path, awaitedDrop.target);
  awaitedDrop.hit = describe(path[0]);
});

function awaitDrop(target) {
  listenAgain();
  awaitedDrop = { target, dropped: false, hit: '' };
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
function throughFrame({ token, ...point }, frame) {
  if (token) arm({ arm: 'press', token, expect: 'click' }, null);
  const box = frame.getBoundingClientRect();
  const scaleX = frame.offsetWidth ? box.width / frame.offsetWidth : 1;
  const scaleY = frame.offsetHeight ? box.height / frame.offsetHeight : 1;
  const style = getComputedStyle(frame);
  const x = box.left + (frame.clientLeft + parseFloat(style.paddingLeft) + point.x) * scaleX;
  const y = box.top + (frame.clientTop + parseFloat(style.paddingTop) + point.y) * scaleY;
  const hit = inViewport({ x, y }) ? elementAt(x, y) : null;
  return { x, y, hit: hit === frame, blocker: hit ? describe(hit) : 'the edge of the viewport' };
}
