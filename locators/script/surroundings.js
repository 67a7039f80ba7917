// What the page shows around the place at which a call failed: a part of the aria snapshot for the error's text.

const mostAround = 30;  // lines

function linesOf(element) {
  newScan();
  const tree = new SnapshotTree();
  tree.left = 64 * mostAround;  // characters: a line is seldom longer
  const lines = [];
  snapshotLines(snapshotOf(element, tree), '', lines);
  return { lines, whole: tree.left > 0 };
}

// The last single element on the way that a chain goes; the document when there is none.
function placeOfFailure(chain) {
  for (let length = chain.length; length > 0; --length) {
    const way = chain.slice(0, length);
    if (way.some((part) => part.bundle || part.frame_owner)) continue;
    const found = resolve(way).elements;
    if (found.length === 1) return found[0];
  }
  return null;
}

// At most `mostAround` lines: of as much as fits around the element, else of the page's beginning.
function surroundings({ chain }) {
  try {
    const place = placeOfFailure(chain);
    let shown = linesOf(place || document.documentElement);
    for (let node = place && hostOrParent(place); node; node = hostOrParent(node)) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      const wider = linesOf(node);
      if (!wider.whole || wider.lines.length > mostAround) break;
      shown = wider;
    }
    const kept = shown.lines.slice(0, mostAround).map((line) => (line.length > 200 ? `${line.slice(0, 199)}…` : line));
    return shown.whole && kept.length === shown.lines.length ? kept : [...kept, '…'];
  } catch {
    return [];  // the failure itself is what must be told
  }
}
