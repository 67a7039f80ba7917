// The composed tree: documents with their shadow roots, closed ones too once the driver has made them known.

// What is known for the length of one probe; nothing in it outlives a change of the page.
let scan;
function newScan() {
  scan = { roots: null, hidden: new Map(), belowHidden: new Map(), names: new Map(), texts: new Map(), pseudo: new Map(), labels: null,
           roles: new Map(), boxes: new Map(), places: new Map(), paths: new Map(), anchors: new Map(),
           wrappers: new Map(), aboveRoots: null, landmarks: new Map(), textBands: null, headings: null,
           headingsBefore: new Map(), shown: new Map(), lists: new Map(), scroll: null };
}
newScan();

const closedRoots = new WeakMap();
let knowsClosedRoots = false;

const shadowRootOf = (element) => element.shadowRoot || closedRoots.get(element) || null;

function adopt(host, root) {
  if (host === highlightLayer) return;  // ours, and nobody's to find
  closedRoots.set(host, root);
  knowsClosedRoots = true;
}

const everyElement = Document.prototype.getElementsByTagName.bind(document, '*');

// `scope` and every shadow root below it, in document order of their hosts. Every probe walks the whole page here (a page
// does not tell when it attaches a root), hence the plain loop: iterators cost three times as much.
function rootsBelow(scope) {
  if (scope !== document) return findRoots(scope);
  return scan.roots || (scan.roots = findRoots(document));
}

function findRoots(scope) {
  const roots = [scope];
  const own = scope.nodeType === Node.ELEMENT_NODE && shadowRootOf(scope);
  if (own) roots.push(own);
  for (let i = 0; i < roots.length; ++i) {
    const all = roots[i] === document ? everyElement() : allIn(roots[i], '*');
    for (let k = 0, count = all.length; k < count; ++k) {
      const root = all[k].shadowRoot || (knowsClosedRoots && closedRoots.get(all[k]));
      if (root) roots.push(root);
    }
  }
  return roots;
}

// Fields of a form shadow its properties (<input name="parentNode">), in our world too: what walks upwards asks the
// prototype, or a page could send it in circles.
const parentNodeOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Node.prototype, 'parentNode').get);
const firstElements = [Element, DocumentFragment, Document]
  .map((kind) => [kind, Object.getOwnPropertyDescriptor(kind.prototype, 'firstElementChild').get]);
const firstElementOf = (parent) => firstElements.find(([kind]) => parent instanceof kind)[1].call(parent);
const [firstChildOf, nextSiblingOf] = ['firstChild', 'nextSibling']
  .map((name) => Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Node.prototype, name).get));
const nextElementOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Element.prototype, 'nextElementSibling').get);
const hostOrParent = (node) => parentNodeOf(node) || (node instanceof ShadowRoot ? node.host : null);
const assignedSlots = [Element, Text].map((kind) => Object.getOwnPropertyDescriptor(kind.prototype, 'assignedSlot').get);

// Where the node of a host's content is shown. Those of closed roots are not told, and are looked for.
function slotOf(node) {
  const ofText = node.nodeType === Node.TEXT_NODE;
  if (!ofText && node.nodeType !== Node.ELEMENT_NODE) return null;
  const told = assignedSlots[ofText ? 1 : 0].call(node);
  if (told || !knowsClosedRoots) return told;
  const parent = parentNodeOf(node);
  const root = parent && closedRoots.get(parent);
  return (root && [...allIn(root, 'slot')].find((slot) => slot.assignedNodes().includes(node))) || null;
}

const parentInTree = (node) => slotOf(node) || hostOrParent(node);

function containsComposed(outer, inner) {
  for (let node = inner; node; node = hostOrParent(node)) if (node === outer) return true;
  return false;
}

function compareInTree(a, b) {
  if (a.getRootNode() === b.getRootNode()) {
    return a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  }
  const chain = (node) => {
    const list = [];
    for (let n = node; n; n = hostOrParent(n)) list.unshift(n);
    return list;
  };
  const x = chain(a);
  const y = chain(b);
  let i = 0;
  while (i < x.length && i < y.length && x[i] === y[i]) ++i;
  if (i === x.length) return -1;
  if (i === y.length) return 1;
  if (x[i] instanceof ShadowRoot) return -1;
  if (y[i] instanceof ShadowRoot) return 1;
  return x[i].compareDocumentPosition(y[i]) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

function inDocumentOrder(elements) {
  const unique = [...new Set(elements)];
  for (let i = 1; i < unique.length; ++i) {
    // Most lists are in order already, and sorting would compare each element a dozen times.
    if (compareInTree(unique[i - 1], unique[i]) > 0) return unique.sort(compareInTree);
  }
  return unique;
}

function activeElementDeep() {
  let active = document.activeElement;
  while (active) {
    const root = shadowRootOf(active);
    if (!root || !root.activeElement) break;
    active = root.activeElement;
  }
  return active;
}

function elementAt(x, y) {
  let element = document.elementFromPoint(x, y);
  while (element) {
    const root = shadowRootOf(element);
    const inner = root && root.elementFromPoint(x, y);
    if (!inner || inner === element) break;
    element = inner;
  }
  return element;
}

// A custom element that has defined itself and shows no shadow root may hide a closed one.
// The browser looks for the names itself: asking each element for its own takes longer than all the rest.
function mayHideClosedRoots() {
  const found = document.evaluate('//*[contains(local-name(), "-")]', document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
  for (let i = 0; i < found.snapshotLength; ++i) {
    const element = found.snapshotItem(i);
    if (!shadowRootOf(element) && matchesCss(element, ':defined')) return true;
  }
  return false;
}
