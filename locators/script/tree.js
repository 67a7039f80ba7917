// The composed tree: documents with their shadow roots, closed ones too once the driver has made them known.

const closedRoots = new WeakMap();
const adoptedRoots = new Set();

const shadowRootOf = (element) => element.shadowRoot || closedRoots.get(element) || null;

function adopt(host, root) {
  closedRoots.set(host, root);
  adoptedRoots.add(root);
}

// `scope` and every shadow root below it, in document order of their hosts.
function rootsBelow(scope) {
  const roots = [scope];
  for (let i = 0; i < roots.length; ++i) {
    if (i === 0 && scope.nodeType === Node.ELEMENT_NODE && shadowRootOf(scope)) roots.push(shadowRootOf(scope));
    for (const element of roots[i].querySelectorAll('*')) {
      const root = shadowRootOf(element);
      if (root) roots.push(root);
    }
  }
  return roots;
}

function parentInTree(node) {
  if (node.assignedSlot) return node.assignedSlot;
  return node.parentNode || (node instanceof ShadowRoot ? node.host : null);
}

const hostOrParent = (node) => node.parentNode || node.host || null;

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
  return unique.length < 2 ? unique : unique.sort(compareInTree);
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
function mayHideClosedRoots() {
  for (const element of document.querySelectorAll(':defined')) {
    if (element.localName.includes('-') && !shadowRootOf(element)) return true;
  }
  return false;
}
