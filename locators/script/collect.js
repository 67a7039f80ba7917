// All elements of a document that a user could act on, with their fingerprints, in document order.

const mostCollected = 2000;
const actionRoles = ['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'menuitem', 'menuitemcheckbox', 'menuitemradio',
                     'option', 'textbox', 'combobox', 'searchbox', 'slider', 'spinbutton', 'treeitem'];
const actionable = new Set(['a', 'area', 'button', 'input', 'select', 'textarea', 'summary']);
const actionableCss = '[tabindex],[onclick],[contenteditable=""],[contenteditable=true]';

// Rendered with a box: what is only transparent counts, custom tick boxes are made so.
function isRendered(element) {
  const box = boxOf(element);
  return box.width >= 1 && box.height >= 1 && isShown(element);
}

// Pages make anything clickable; the hand cursor tells, at the outermost element that has it.
function showsHand(element) {
  if (getComputedStyle(element).cursor !== 'pointer') return false;
  const parent = parentInTree(element);
  const above = parent instanceof ShadowRoot ? parent.host : parent;
  return !(above && above.nodeType === Node.ELEMENT_NODE && getComputedStyle(above).cursor === 'pointer');
}

// What says so itself. One query for the page: to match each element costs more.
function findActing() {
  const acting = new Set(queryCss(document, actionableCss));
  for (const element of queryCss(document, '[role]')) if (actionRoles.includes(attributeOf(element, 'role'))) acting.add(element);
  return acting;
}

function isCandidate(element, tag, acting, resembles) {
  if (actionable.has(tag)) return !(tag === 'input' && element.type === 'hidden');
  if (tag === 'label') return !!element.control && !isRendered(element.control);
  if (acting.has(element)) return true;
  return resembles(element, tag) || showsHand(element);
}

const commonTags = new Set(['div', 'span', 'p', 'li', 'td', 'section', 'i', 'html', 'body']);
const pictures = new Set(['img', 'svg', 'picture', 'canvas', 'video', 'i']);

function hasOwnText(element) {
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === Node.TEXT_NODE && /\S/.test(node.data)) return true;
  }
  return false;
}

// What may be the element looked for although no user could tell that it does anything: a text that a test checks, a
// picture, a part of a widget.
function resemblance({ tag = '', role = '', id = '', classes = [] }) {
  if (!tag || actionable.has(tag) || actionRoles.includes(role)) return () => false;
  return (element, is) => hasOwnText(element) || pictures.has(is) || (is === tag && (!commonTags.has(tag) || (id && element.id === id) || classes.some((name) => element.classList.contains(name))));
}

let collected = [];

// In document order. Headings are counted in passing: to ask each candidate for those before it costs more.
function findCandidates(hint, limit) {
  const found = [];
  const resembles = resemblance(hint);
  const acting = findActing();
  const headings = new Set(headingsOfPage().map(({ heading }) => heading));
  const roots = rootsBelow(document);
  const first = document.body && document.body.firstElementChild;
  let passed = first ? countHeadingsBefore(first) : 0;
  for (const root of roots) {
    const all = root === document ? document.body ? document.body.getElementsByTagName('*') : [] : allIn(root, '*');
    for (let i = 0, count = all.length; i < count && found.length < limit; ++i) {
      const element = all[i];
      const tag = tagOf(element);
      const before = headings.has(element) ? passed++ : passed;
      if (silentTags.has(tag) || !isCandidate(element, tag, acting, resembles) || !isRendered(element)) continue;
      found.push(element);
      if (roots.length === 1) scan.headingsBefore.set(element, before);
    }
  }
  return roots.length === 1 ? found : inDocumentOrder(found);
}

// A function that tells the place of the candidate that a node is or is inside of; null: none.
function holderIn(places) {
  const known = new Map(places);
  const holderOf = (node) => {
    let place = known.get(node);
    if (place === undefined) {
      const parent = hostOrParent(node);
      known.set(node, place = parent ? holderOf(parent) : null);
    }
    return place;
  };
  return holderOf;
}

// `hint`: {tag, role, id, classes} of the element looked for.
function collect({ hint = {}, limit = mostCollected, report_closed: reportClosed = false } = {}) {
  newScan();
  if (reportClosed && mayHideClosedRoots()) return { error: 'closed_roots' };
  collected = findCandidates(hint, limit);
  const places = new Map(collected.map((element, index) => [element, index]));
  const holderOf = holderIn(places);
  const prints = collected.map((element) => {
    const print = fingerprintOf(element, (node) => places.has(node));
    const inside = holderOf(hostOrParent(element));
    if (inside !== null) print.inside = inside;
    return print;
  });
  return { candidates: prints, scroll: [scrollX, scrollY] };
}

// CSS that matches `element` alone in its document or shadow root.
function uniqueCss(element) {
  const root = element.getRootNode();
  const alone = (css) => allIn(root, css).length === 1;
  const tag = CSS.escape(tagOf(element));
  const id = attributeOf(element, 'id');
  if (id && !looksGenerated(id) && alone(`#${CSS.escape(id)}`)) return `#${CSS.escape(id)}`;
  for (const name of [...testIdNames, 'name', 'aria-label', 'placeholder', 'title', 'href']) {
    const value = attributeOf(element, name);
    if (!value || value.length > 80 || value === '#' || looksGenerated(value)) continue;
    const css = `${tag}[${name}=${JSON.stringify(value)}]`;
    if (alone(css)) return css;
  }
  const steps = [];
  for (let node = element; node && node.nodeType === Node.ELEMENT_NODE; node = parentNodeOf(node)) {
    const own = attributeOf(node, 'id');
    if (node !== element && own && !looksGenerated(own) && alone(`#${CSS.escape(own)}`)) {
      steps.unshift(`#${CSS.escape(own)}`);
      break;
    }
    const { index, like } = placeOf(node);
    steps.unshift(CSS.escape(tagOf(node)) + (like.count > 1 ? `:nth-of-type(${index + 1})` : ''));
  }
  return steps.join(' > ');
}

// Where the collected candidate at `index` is: its own selectors, and the point to press in px of its document.
function candidatePath({ index }) {
  const element = collected[index];
  if (!element || !element.isConnected) return { gone: true };
  newScan();
  const box = element.getBoundingClientRect();
  return {
    css: uniqueCss(element), xpath: xpathOf(element), shadow: shadowPath(element).map(uniqueCss), shown: describe(element),
    point: [box.left + scrollX + box.width / 2, box.top + scrollY + box.height / 2],
    scroll: [scrollX, scrollY],
  };
}

// The element that the bundle's own clues point to, as an index of the candidates collected last; -1: none of them.
function directHit({ bundle }) {
  newScan();
  const { elements } = resolveBundle(bundle, false);
  return { index: elements.length === 1 ? collected.indexOf(elements[0]) : -1 };
}

// Of the frame whose owner is given, in the document that holds it: selector, what names it, where its content begins.
function framePlace(_, owner) {
  newScan();
  const box = owner.getBoundingClientRect();
  const style = getComputedStyle(owner);
  return {
    css: uniqueCss(owner), shadow: shadowPath(owner).map(uniqueCss), id: attributeOf(owner, 'id') || '', name: attributeOf(owner, 'name') || '',
    src: attributeOf(owner, 'src') || '', title: attributeOf(owner, 'title') || '', xpath: xpathOf(owner), index: queryCss(document, 'iframe,frame').indexOf(owner),
    rendered: isRendered(owner),
    left: box.left + scrollX + owner.clientLeft + (parseFloat(style.paddingLeft) || 0),
    top: box.top + scrollY + owner.clientTop + (parseFloat(style.paddingTop) || 0),
  };
}
