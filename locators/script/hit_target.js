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

const pressEvents = new Set(['pointerdown', 'mousedown', 'touchstart']);
const releaseEvents = new Set(['pointerup', 'mouseup', 'touchend']);
const finalEvents = new Set(['click', 'auxclick', 'contextmenu', 'dblclick']);
const moveEvents = new Set(['pointermove', 'mousemove']);

// What keeps a press on itself, even within a label.
const isInteractive = (node) =>
  node.nodeType === Node.ELEMENT_NODE && matchesCss(node, 'a[href],button,details,embed,iframe,input,select,textarea');

const isField = (node) => matchesCss(node, 'input,textarea,select') || node.isContentEditable;

// Does an event that goes along `path` reach what `target` stands for? What is inside a button or a link stands for it,
// but for fields, and what else takes a press for itself. Labels stand for their controls where they hand the event on.
function reaches(path, target, byLabel) {
  if (!target) return false;
  if (path.includes(target)) return true;
  const owner = isField(target) ? null : target.closest('button,[role=button],a,[role=link]');
  if (owner) return path.includes(owner) && !path.slice(0, path.indexOf(owner)).some(isInteractive);
  if (!byLabel) return false;
  const at = path.findIndex((node) => node.nodeType === Node.ELEMENT_NODE && tagOf(node) === 'label');
  if (at >= 0 && path[at].control === target && !path.slice(0, at).some(isInteractive)) return true;
  const targetLabel = isInteractive(target) ? null : target.closest('label');
  return !!targetLabel && !!targetLabel.control && path.includes(targetLabel.control);
}

// A label makes a click of its control of a click, and of nothing else: no hovering, no menu, no double click.
const isHandedOn = ({ arm: kind, expect: event = 'click', count = 1 }) =>
  kind === 'tap' || (kind === 'press' && event === 'click' && count === 1);

// What was hit instead of the target, and the outermost element that brought it there.
function describeHit(hit, target) {
  let root = hit;
  for (let node = target && hit; node && !containsComposed(node, target); node = hostOrParent(node)) {
    if (node.nodeType === Node.ELEMENT_NODE) root = node;
  }
  return root === hit ? describe(hit) : `${describe(hit)} in ${describe(root)}`;
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
  if (closedRoots.has(path[0])) {
    const { clientX, clientY } = event.changedTouches ? event.changedTouches[0] : event;
    return pathAt(clientX, clientY);
  }
  return knowsClosedRoots ? composedPathTo(path[0]) : path;
}

function report() {
  const { token, pressed, clicked, swallowed, hovered, hit } = armed;
  tell({ token, pressed, clicked, swallowed, hovered, hit });
}

// Documents that were there before us (of a popup, of an adopted page) may have no binding: there the driver asks, by
// landed() and typed().
const canTell = () => typeof globalThis[repriseBinding] === 'function';

function tell(message) {
  if (canTell()) globalThis[repriseBinding](JSON.stringify(message));
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
  for (const root of target ? rootsBelow(document) : []) aimWatch.observe(root, everything);
}

function disarm() {
  aimWatch.disconnect();
  armed = null;
}

// All has come that was waited for. What could not be told is kept.
function endWatch() {
  aimWatch.disconnect();
  if (canTell()) armed = null;
  else armed.over = true;
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
  return reaches(path, armed.target, armed.byLabel);
}

// The page made something else of the element while the button was down, or the element has gone on its way: what follows
// would act on what nobody asked for. What the page itself has put away, or taken out, any user's release goes past.
function lose(path, isWhole, event) {
  armed.hit = describeHit(path[0], armed.target);
  if (!armed.pressed) return;
  const left = armed.kind === 'tap' ? isAway(event) : armed.left;
  armed.withheld = armed.stale || (isWhole && !left && armed.target.isConnected);
}

// Hidden, or covered where it is.
const isAway = ({ clientX, clientY }) =>
  whyNotVisible(armed.target) !== null || isWithin(armed.target.getClientRects(), clientX, clientY);

// A document that a press takes away is gone when the page has answered the press; one that goes later, while the button is
// still down, takes the click along.
const tellOfOutlived = (token) => setTimeout(() => tell({ token: `${token} outlived` }), 0);

function onPress(event) {
  const path = pathOf(event);
  if (isMeant(path)) {
    armed.press = event;
    if (armed.lasts) tellOfOutlived(armed.token);
    if (armed.pressed) return;
    armed.pressed = true;
    report();
  } else {
    // The page answered the pointerdown by taking the element away: the mousedown goes to another one.
    armed.swallowed = !armed.pressed;
    armed.strayed = armed.pressed;
    lose(path, armed.released, event);  // the second press of two; within one, the page hears of the release
    if (armed.swallowed) report();
  }
}

// The page may answer the press itself, and by that hide the element or cover it where it is (a list that opens over its
// own field): then the release goes elsewhere, there is no click, and none was lost. An element that has moved away is
// still there to be clicked, and was not.
function isPutAway(event) {
  return !touchEvents.has(event.type) && !reaches(pathOf(event), armed.target, armed.byLabel) && isAway(event);
}

// When the element goes only because another one loses the focus (a form that shows what is wrong with a field), then
// nobody has taken notice of the press. The focus moves between the handlers of the press and the release: first `blur`,
// then `focus`.
function onFocusMove({ type, target, isTrusted }) {
  if (!armed || !armed.press || !isTrusted || target === window) return;
  if (armed.press.eventPhase !== Event.NONE) return;  // the page's handlers move it
  const { clientX, clientY } = armed.press;
  const held = armed.target.isConnected && reaches(pathAt(clientX, clientY), armed.target, armed.byLabel);
  armed.blurring = type === 'blur' ? held : armed.blurring && !held;
}

for (const type of ['blur', 'focus']) listen(type, onFocusMove);

// What the pointer and the focus set off on their way: the page's answers to these are answers to the pointer.
for (const type of ['blur', 'focus', 'focusin', 'focusout', 'change', 'pointerover', 'mouseover', 'pointerout', 'mouseout',
                    'pointerenter', 'mouseenter', 'pointerleave', 'mouseleave']) {
  listen(type, (event) => {
    if (armed) armed.last = event;
  });
}

function onPointerEvent(event) {
  if (!armed || armed.over || !event.isTrusted) return;
  const { type } = event;
  armed.last = event;
  if (armed.kind === 'hover') {
    if (moveEvents.has(type)) {
      armed.hovered = isMeant(pathOf(event));
      if (!armed.hovered) armed.hit = describeHit(pathOf(event)[0], armed.target);
      report();
      if (type === 'mousemove' && !armed.inSteps) endWatch();
    }
    return;
  }
  if (moveEvents.has(type)) return;
  if (touchEvents.has(type)) armed.touches.push(event);
  if (type in armed.downs) ++armed.downs[type];
  if (type === 'click') {
    armed.followed = true;
    armed.tapped();
  }
  if (!armed.swallowed && !armed.withheld && pressEvents.has(type)) onPress(event);
  if (!armed.swallowed && !armed.withheld && (type === armed.expect || type === 'click')) onFinalEvent(event);
  if (armed && (armed.swallowed || armed.withheld)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (armed && armed.pressed && releaseEvents.has(type)) {
    armed.left = isPutAway(event) && !armed.blurring;
    armed.released = armed.kind !== 'tap';  // whose own mouse events come later
  }
}

// Of as many presses as were asked for. Pages may take the `mousedown` of a press away, and chords have no `pointerdown`.
function isLastPress() {
  return Math.max(armed.downs.pointerdown, armed.downs.mousedown) >= armed.count;
}

// Also the first click of two: nobody waits for it, but it must not go astray either.
function onFinalEvent(event) {
  const path = pathOf(event);
  if (event.type === 'click') ++armed.clicks;
  if (!isMeant(path)) {
    lose(path, true, event);
  } else if (event.type === armed.expect && (event.type === 'dblclick' ? armed.clicks > 1 : armed.kind === 'tap' || isLastPress())) {
    armed.clicked = true;
    report();
    if (armed.kind !== 'tap') endWatch();  // the browser makes a click of a tap: it is watched for, too
  }
}

// A page that is listened to for touches scrolls later: only where there are any.
const touchEvents = new Set(['touchstart', 'touchend']);
const hasTouch = () => navigator.maxTouchPoints > 0;
let heedsTouches = hasTouch();

for (const type of [...pressEvents, ...releaseEvents, ...finalEvents, ...moveEvents]) {
  if (heedsTouches || !touchEvents.has(type)) listen(type, onPointerEvent);
}

function arm(args, target) {
  if (!heedsTouches && hasTouch()) {
    heedsTouches = true;
    for (const type of touchEvents) listen(type, onPointerEvent);
  }
  listenAgain();
  awaitedDrop = null;
  armed = { kind: args.arm, token: args.token, expect: args.expect || 'click', count: args.count || 1, byLabel: isHandedOn(args),
            target, chain: args.chain, stale: false, pressed: false, downs: { pointerdown: 0, mousedown: 0 }, clicks: 0, clicked: false, swallowed: false, hovered: false, strayed: false, withheld: false,
            press: null, last: null, blurring: false, left: false, hit: '', touches: [], released: false, followed: false, tapped: () => {},
            inSteps: args.in_steps, lasts: args.lasts };
  dragBegan = false;
  watchFrom(target);
}

// Resolves when the click that a tap makes has come, or is not to come because the page took the touches for itself. `lost`:
// it was kept from what the page had put in the element's place.
async function tapped() {
  const tap = armed;
  if (!tap || tap.kind !== 'tap' || !tap.clicked) return {};
  if (!tap.followed && !tap.touches.some((touch) => touch.defaultPrevented)) {
    await new Promise((done) => {
      tap.tapped = done;
      setTimeout(done, 500);
    });
  }
  if (armed === tap) endWatch();
  return { lost: tap.withheld };
}

function landed({ token, keep }) {
  const seen = armed;
  pressedLast = seen;
  const connected = !!seen && !!seen.target && seen.target.isConnected;
  if (!keep) disarm();
  if (!seen || seen.token !== token) return {};
  const { pressed, clicked, swallowed, hovered, strayed, left, hit } = seen;
  return { pressed, clicked, swallowed, hovered, strayed, left, hit, connected };
}

const watching = ({ token }) => ({ watching: !!armed && armed.token === token });

// What calls that failed have left armed would swallow input that is not theirs.
function unwatch() {
  disarm();
  disarmKeys();
  awaitedDrop = null;
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
  const asks = !!node && (node.getAttribute('draggable') === 'true' || getComputedStyle(node).webkitUserDrag !== 'none');
  return { due: asks, began: dragBegan };
}

function dropped() {
  const seen = awaitedDrop;
  awaitedDrop = null;
  return seen ? { dropped: seen.dropped, hit: seen.hit } : {};
}

// What shows of the document: on phones it may be panned over a viewport that is larger.
function wholeViewport() {
  const { offsetLeft: left, offsetTop: top, width, height } = visualViewport;
  const isPanned = left !== 0 || top !== 0;
  return isPanned ? { left, top, right: left + width, bottom: top + height } : { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
}

// Of input that is sent to the page. Where the viewport is panned, input counts from what shows.
function inputPoint({ x, y }) {
  return window === top ? { x: x - visualViewport.offsetLeft, y: y - visualViewport.offsetTop } : { x, y };
}

// What the viewport shows of the element through all that clips it.
function shownArea(element) {
  const area = wholeViewport();
  for (let node = parentInTree(element); node && node !== document.body; node = parentInTree(node)) {
    if (node.nodeType !== Node.ELEMENT_NODE || getComputedStyle(node).overflow === 'visible') continue;
    const box = node.getBoundingClientRect();
    for (const side of ['left', 'top']) area[side] = Math.max(area[side], box[side]);
    for (const side of ['right', 'bottom']) area[side] = Math.min(area[side], box[side]);
  }
  return area;
}

// The middle of the first part of the element that shows in the area, in CSS px; null: none does.
function visiblePoint(element, position, area = wholeViewport()) {
  if (position) {
    const box = element.getBoundingClientRect();
    return { x: box.left + element.clientLeft + position.x, y: box.top + element.clientTop + position.y };
  }
  for (const box of element.getClientRects()) {
    const left = Math.max(area.left, box.left);
    const right = Math.min(area.right, box.right);
    const top = Math.max(area.top, box.top);
    const bottom = Math.min(area.bottom, box.bottom);
    if (right - left > 0 && bottom - top > 0 && (right - left) * (bottom - top) > 0.99) {
      return { x: Math.floor((left + right) * 50) / 100, y: Math.floor((top + bottom) * 50) / 100 };
    }
  }
  return null;
}

function inViewport({ x, y }) {
  const { left, top, right, bottom } = wholeViewport();
  return x >= left && y >= top && x < right && y < bottom;
}

// How directions and lengths within the element come out in the viewport.
function turnOf(element) {
  let turn = new DOMMatrix();
  for (let node = element; node; node = parentInTree(node)) {
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    const { transform, rotate, scale } = getComputedStyle(node);
    if (transform === 'none' && rotate === 'none' && scale === 'none') continue;
    const turned = rotate.split(' ');
    const axis = turned.length === 2 ? turned.shift().toUpperCase() : turned.length === 4 ? '3d' : '';
    const own = [rotate === 'none' ? '' : `rotate${axis}(${turned.join()})`, scale === 'none' ? '' : `scale(${scale.split(' ').slice(0, 2).join()})`,
                 transform === 'none' ? '' : transform];
    turn = new DOMMatrix(own.join(' ')).multiply(turn);
  }
  return turn;
}

// Takes points of a frame's content to the viewport of the document that holds the frame. Where the frame's middle comes
// to is told by its box, however it is turned; perspective is left out of account.
function throughOwner(frame) {
  const box = frame.getBoundingClientRect();
  const style = getComputedStyle(frame);
  const left = frame.clientLeft + parseFloat(style.paddingLeft);
  const top = frame.clientTop + parseFloat(style.paddingTop);
  const { a, b, c, d } = turnOf(frame);
  const isUpright = Math.abs(b) + Math.abs(c) < 1e-9 && a > 0 && d > 0;
  if (isUpright) {
    const scaleX = frame.offsetWidth ? box.width / frame.offsetWidth : 1;
    const scaleY = frame.offsetHeight ? box.height / frame.offsetHeight : 1;
    return ({ x, y }) => ({ x: box.left + (left + x) * scaleX, y: box.top + (top + y) * scaleY });
  }
  const zoom = frame.currentCSSZoom || 1;  // lengths of the element's own do not count it
  return ({ x, y }) => {
    const dx = (left + x - frame.offsetWidth / 2) * zoom;
    const dy = (top + y - frame.offsetHeight / 2) * zoom;
    return { x: (box.left + box.right) / 2 + a * dx + c * dy, y: (box.top + box.bottom) / 2 + b * dx + d * dy };
  };
}

// A point of this frame in the coordinates of the document that holds the frame, and whether the frame is what shows
// there. Called in the holder's world; with a `token`, what comes here of the press is swallowed, so that it presses
// nothing.
// Frames in other processes are not scrolled to with what they hold: what lies outside is brought into view here, unless
// `no_scroll`.
function throughFrame({ token, no_scroll: noScroll, ...point }, frame) {
  if (!frame.isConnected) return { gone: true };
  if (token) arm({ arm: 'press', token, expect: 'click' }, null);
  let place = throughOwner(frame)(point);
  if (!inViewport(place) && !noScroll) {
    frame.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    place = throughOwner(frame)(point);
    const shown = wholeViewport();
    if (!inViewport(place)) {
      scrollBy({ left: place.x - (shown.left + shown.right) / 2, top: place.y - (shown.top + shown.bottom) / 2, behavior: 'instant' });
    }
    place = throughOwner(frame)(point);
  }
  const hit = inViewport(place) ? elementAt(place.x, place.y) : null;
  return { ...inputPoint(place), hit: hit === frame, zoom: visualViewport.scale, blocker: hit ? describe(hit) : 'the edge of the viewport' };
}

// The same of a box: the one around it, when the frame is turned.
function boxThroughFrame({ x, y, width, height }, frame) {
  if (!frame.isConnected) return { gone: true };
  const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]];
  const points = corners.map(([left, top]) => throughOwner(frame)({ x: left, y: top }));
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}
