// What is worth remembering of an element: by these features it is found again on a page that has changed.
// Never a field's value: only buttons speak through theirs.

const longestText = 200;
const longestNeighbour = 80;    // longer text is prose, not a caption
const neighbourhood = 50;       // px around the element's box
const mostNeighbours = 13;
const headingTags = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'legend', 'caption']);
const landmarkTags = new Set(['nav', 'header', 'footer', 'aside', 'main', 'form', 'dialog']);
const landmarkRoles = new Set(['navigation', 'banner', 'contentinfo', 'complementary', 'main', 'dialog', 'search']);

// Within one scan nothing moves.
function boxOf(element) {
  let box = scan.boxes.get(element);
  if (!box) {
    box = element.getBoundingClientRect();
    scan.boxes.set(element, box);
  }
  return box;
}

const clipText = (text, most = longestText) => foldSpace(text || '').slice(0, most);

// As a person sees it: innerText leaves out what is not rendered.
function shownText(element) {
  const tag = tagOf(element);
  if (tag === 'input') return /^(button|submit|reset)$/.test(element.type) ? clipText(element.value) : '';
  if (tag === 'select' || tag === 'textarea') return '';
  const own = typeof element.innerText === 'string' ? element.innerText : element.textContent;
  if (own.trim() || !shadowRootOf(element)) return clipText(own);
  return clipText(composedText(element));
}

// Which one of its parent's children of the same tag an element is: {index: from 0, like: {count}}. One walk tells it of
// all the children; what has no parent is alone.
function placeOf(node) {
  const known = scan.places.get(node);
  if (known) return known;
  const parent = parentNodeOf(node);
  const counts = new Map();
  for (let child = parent ? firstElementOf(parent) : node; child; child = parent && nextElementOf(child)) {
    const tag = tagOf(child);
    let like = counts.get(tag);
    if (!like) counts.set(tag, like = { count: 0 });
    scan.places.set(child, { index: like.count++, like });
  }
  return scan.places.get(node);
}

const stepOf = (node) => `${tagOf(node)}[${placeOf(node).index + 1}]`;

// Steps of the parents are asked for again and again.
function xpathOf(node) {
  let path = scan.paths.get(node);
  if (path === undefined) {
    const parent = parentNodeOf(node);
    const above = parent && parent.nodeType === Node.ELEMENT_NODE ? xpathOf(parent) : '';
    path = `${above}/${stepOf(node)}`;
    scan.paths.set(node, path);
  }
  return path;
}

// From the nearest ancestor with an id; the whole path where there is none.
const pathFromId = (element) => `${anchorOf(parentNodeOf(element))}/${stepOf(element)}`;

function anchorOf(node) {
  if (!node || node.nodeType !== Node.ELEMENT_NODE) return '';
  let anchor = scan.anchors.get(node);
  if (anchor === undefined) {
    const id = attributeOf(node, 'id');
    anchor = id ? `//*[@id='${id}']` : pathFromId(node);
    scan.anchors.set(node, anchor);
  }
  return anchor;
}

// Which one it is among its like: of the nearest ancestors-or-self that has siblings, [place from 0, how many].
function ordinalOf(element) {
  for (let node = element; node; node = parentNodeOf(node)) {
    const parent = parentNodeOf(node);
    if (!parent || parent.childElementCount === undefined) return null;
    if (parent.childElementCount < 2) continue;
    const { index, like } = placeOf(node);
    return [index, like.count];
  }
  return null;
}

const iconPrefix = /^(?:fa[srlbd]?|fas|far|fal|fab|bi|ti|mdi|icon|icons?|glyphicon|ion|la|las|lni|feather|oi|pe-7s|nc-icon|octicon|codicon|ri|bx|ql|note-icon|jstree-icon)-(.+)$/;
const iconSize = /^(?:fw|lg|sm|xs|[0-9]+x|spin|pulse|inverse|stack.*|pull-.*|border|rotate-.*|flip-.*|shake|solid|regular)$/;

// The glyph a control shows: names of icon classes, ligatures, sprite references, pictures' file names, drawn paths.
function iconOf(element) {
  const found = [];
  const look = (node) => {
    const tag = tagOf(node);
    const classes = attributeOf(node, 'class');
    if (classes) {
      for (const name of classes.split(/[ \t\n\f\r]+/)) {
        const icon = iconPrefix.exec(name);
        if (icon && !iconSize.test(icon[1])) found.push(icon[1]);
      }
      if (/\bmaterial-(icons|symbols)/.test(classes)) found.push(clipText(node.textContent, 30));
    }
    const source = tag === 'img' ? attributeOf(node, 'src') : tag === 'use' ? attributeOf(node, 'href') || attributeOf(node, 'xlink:href') : null;
    if (source && !source.startsWith('data:')) found.push((/([^/#]+?)(?:\.\w+)?$/.exec(source) || ['', source])[1].slice(0, 40));
    if (tag === 'path' && found.length === 0) found.push(`path:${(attributeOf(node, 'd') || '').replace(/\s+/g, '').slice(0, 48)}`);
  };
  look(element);
  if (element.childElementCount > 0 || shadowRootOf(element)) {
    let left = 12;
    for (const root of [element, shadowRootOf(element)]) {
      for (const node of root ? allIn(root, '*') : []) {
        if (left-- <= 0) break;
        look(node);
      }
    }
  }
  return [...new Set(found)].slice(0, 4).join(' ');
}

const silentParents = new Set(['script', 'style', 'noscript', 'option', 'template']);

// Calls `take(text, node, box)` for each short text below `root` that is shown.
function eachText(root, take) {
  const range = document.createRange();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const { data } = node;
    if (data.length > 400 || !/\S/.test(data)) continue;
    const text = foldSpace(data);
    const parent = node.parentElement;
    if (!text || text.length > longestNeighbour || (parent && silentParents.has(tagOf(parent)))) continue;
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width >= 1 && box.height >= 1) take(text, node, box);
  }
}

// The short texts of the page in document order, by bands of 100 px. One element's neighbours are found without.
function textBoxes() {
  if (scan.textBands) return scan.textBands;
  const bands = new Map();
  let order = 0;
  for (const root of rootsBelow(document)) {
    eachText(root === document ? document.body || document : root, (text, node, box) => {
      const { left, top, right, bottom } = box;  // a box is the browser's own, and slow to ask
      const entry = { node, text, left, top, right, bottom, order: ++order };
      for (let band = Math.floor(top / 100); band <= Math.floor(bottom / 100); ++band) {
        if (bands.has(band)) bands.get(band).push(entry);
        else bands.set(band, [entry]);
      }
    });
  }
  scan.textBands = bands;
  return bands;
}

function neighbourText(element, box) {
  const bands = textBoxes();
  const holds = rootsBelow(document).length === 1 ? (node) => element.contains(node) : (node) => containsComposed(element, node);
  const near = [];
  const asker = {};
  const [left, top, right, bottom] = [box.left - neighbourhood, box.top - neighbourhood, box.right + neighbourhood, box.bottom + neighbourhood];
  for (let band = Math.floor(top / 100); band <= Math.floor(bottom / 100) && near.length < 400; ++band) {
    for (const entry of bands.get(band) || []) {
      if (entry.asker === asker) continue;  // it reaches over several bands
      entry.asker = asker;
      if (entry.right > left && entry.left < right && entry.bottom > top && entry.top < bottom && !holds(entry.node)) near.push(entry);
    }
  }
  const sorted = near.sort((a, b) => a.order - b.order).slice(0, mostNeighbours);
  return sorted.map((entry) => entry.text).join(' ').toLowerCase().slice(0, 300);
}

// The nearest one that an element is or is inside of, in its document or shadow root; null: none.
function landmarkOf(element) {
  let landmark = scan.landmarks.get(element);
  if (landmark === undefined) {
    const parent = parentNodeOf(element);
    landmark = landmarkTags.has(tagOf(element)) || landmarkRoles.has(attributeOf(element, 'role')) ? element
      : parent && parent.nodeType === Node.ELEMENT_NODE ? landmarkOf(parent) : null;
    scan.landmarks.set(element, landmark);
  }
  return landmark;
}

// All headings that have a text, in document order.
function headingsOfPage() {
  scan.headings ||= queryCss(document, `${[...headingTags].join()},[role=heading]`)
    .map((heading) => ({ heading, text: clipText(heading.textContent, 80) })).filter((h) => h.text);
  return scan.headings;
}

function countHeadingsBefore(element) {
  const headings = headingsOfPage();
  const plain = rootsBelow(document).length === 1;
  const isBefore = (heading) => (plain ? (heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
    : compareInTree(heading, element) < 0);
  let low = 0;
  let high = headings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(headings[middle].heading)) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The last heading before the element, within its landmark when that has one.
function headingOf(element) {
  const before = scan.headingsBefore.get(element) ?? countHeadingsBefore(element);
  if (before === 0) return '';
  const place = landmarkOf(element);
  const last = headingsOfPage()[before - 1];
  return place && !containsComposed(place, last.heading) && !/^(main|form)$/.test(tagOf(place)) ? '' : last.text;
}

function shadowPath(element) {
  const hosts = [];
  for (let root = element.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) hosts.unshift(root.host);
  return hosts;
}

// What the elements that wrap this control alone are called: pages put names on wrappers, too.
function wrapperWords(element, isControl) {
  const words = [];
  let node = hostOrParent(element);
  for (let level = 0; level < 3 && node && node.nodeType === Node.ELEMENT_NODE && tagOf(node) !== 'body'; ++level) {
    if (isControl(node)) break;
    const own = namesOfWrapper(node);
    if (!own) break;
    words.push(...own);
    node = hostOrParent(node);
  }
  return clipText(words.join(' '));
}

// Null: it wraps more than one control.
function namesOfWrapper(node) {
  let names = scan.wrappers.get(node);
  if (names === undefined) {
    const alone = allIn(node, 'a,button,input,select,textarea,[role=button]').length <= 1;
    names = alone ? attributeNamesOf(node).filter((name) => /^(id|class|title|aria-label|data-.*)$/.test(name))
      .map((name) => (attributeOf(node, name) || '').slice(0, 80)) : null;
    scan.wrappers.set(node, names);
  }
  return names;
}

const labelText = (element) => clipText(labelsOf(element).map((label) => shownText(label)).join(' '));

// Empty members are left out, and those that repeat another: the name that is the text or label, the path without an id. `box` is in px of the document that holds the element.
function fingerprintOf(element, isControl = () => false) {
  const box = boxOf(element);
  const tag = tagOf(element);
  const print = { tag };
  const add = (name, value) => {
    if (value) print[name] = value;
  };
  add('type', attributeOf(element, 'type'));
  add('role', attributeOf(element, 'role'));
  add('implied_role', attributeOf(element, 'contenteditable') !== null && element.isContentEditable ? 'textbox' : roleOf(element));
  add('id', attributeOf(element, 'id'));
  add('name', attributeOf(element, 'name'));
  add('class_name', attributeOf(element, 'class'));
  for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'href']) add(name, clipText(attributeOf(element, name)));
  add('text', shownText(element));
  const label = labelText(element);
  add('label', label);
  const name = clipText(accessibleName(element));
  add('accessible_name', name !== print.text && name !== label && name);
  const data = attributeNamesOf(element).filter((own) => own.startsWith('data-')).slice(0, 12)
    .map((own) => [own, (attributeOf(element, own) || '').slice(0, longestText)]);
  add('data', data.length > 0 && data);
  add('icon', iconOf(element));
  add('heading', headingOf(element));
  add('near', neighbourText(element, box));
  add('wrapper', wrapperWords(element, isControl));
  add('ordinal', ordinalOf(element));
  const path = xpathOf(element);
  const fromId = pathFromId(element);
  add('xpath', path);
  add('id_xpath', fromId !== path && fromId);
  add('shadow', shadowPath(element).map(tagOf).join(' '));
  scan.scroll ||= [scrollX, scrollY];
  print.box = [box.left + scan.scroll[0], box.top + scan.scroll[1], box.width, box.height].map((n) => Math.round(n * 10) / 10);
  return print;
}
