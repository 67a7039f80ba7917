// What assistive technology would read of an element, as YAML in the manner of Playwright's aria snapshots.

const snapshotLimit = 65536;  // characters
const rolesWithState = {
  checked: new Set('checkbox menuitemcheckbox menuitemradio option radio switch treeitem'.split(' ')),
  disabled: new Set(('application button checkbox columnheader combobox grid gridcell group link listbox menu menubar ' +
    'menuitem menuitemcheckbox menuitemradio option radio radiogroup row rowheader scrollbar searchbox separator slider ' +
    'spinbutton switch tab tablist textbox toolbar tree treegrid treeitem').split(' ')),
  level: new Set('heading listitem row treeitem'.split(' ')),
  pressed: new Set(['button']),
  selected: new Set('columnheader gridcell option row rowheader tab treeitem'.split(' ')),
};
const secretFields = new WeakSet();  // fields that were given a secret

// `states`: as they are written; `off`: the names of those that are false.
function statesOf(element, role) {
  const states = [];
  const off = [];
  for (const state of ['checked', 'disabled', 'expanded', 'level', 'pressed', 'selected']) {
    const value = !rolesWithState[state] || rolesWithState[state].has(role) ? ariaState(element, state) : null;
    if (value) states.push(value === true ? `[${state}]` : `[${state}=${value}]`);
    else if (value === false) off.push(state);
  }
  return { states: states.join(' '), off };
}

function shownProperties(element, role, name) {
  const properties = [];
  const url = role === 'link' && attributeOf(element, 'href');
  if (url) properties.push(['/url', url]);
  const placeholder = /^(textbox|searchbox|combobox|spinbutton)$/.test(role) && attributeOf(element, 'placeholder');
  if (placeholder && foldSpace(placeholder) !== name) properties.push(['/placeholder', placeholder]);
  return properties;
}

// Null: the element has no value to show.
function shownValue(element) {
  const tag = tagOf(element);
  if (tag !== 'textarea' && !(tag === 'input' && /textbox|searchbox|slider|spinbutton/.test(inputRoles[element.type]))) return null;
  const { value } = element;
  return value && (element.type === 'password' || secretFields.has(element)) ? '••••••' : value;
}

function snapshotRole(element) {
  const tag = tagOf(element);
  if (tag === 'iframe' || tag === 'frame') return 'iframe';
  if (element === document.documentElement || element === document.body) return 'generic';
  return roleOf(element);
}

const snapshotName = (element, role) => (role === 'iframe' ? '' : accessibleName(element));

// What is shown inside of an element, in the order in which it is read.
function shownChildren(element) {
  const slotted = tagOf(element) === 'slot' ? element.assignedNodes() : [];
  const inside = slotted.length > 0 ? slotted : [...(shadowRootOf(element) || element).childNodes];
  const closed = tagOf(element) === 'details' && !element.open;
  const shown = closed ? inside.filter((node) => node.nodeType === Node.ELEMENT_NODE && tagOf(node) === 'summary').slice(0, 1) : inside;
  return [...shown, ...referenced(element, 'aria-owns')];
}

function boxWords(element) {
  const { x, y, width, height } = element.getBoundingClientRect();
  return `[box=${[x, y, width, height].map(Math.round).join()}]`;
}

// What snapshots have named by a ref. It stands for an element as it was read: one that has become something else since
// (lists give the elements of their rows to other rows) gets another ref, and the old one finds nothing.
const refsOf = new WeakMap();
const referred = new Map();  // by ref: { element, role, name }
let refsGiven = 0;

const isAsRead = ({ role, name }, element) => snapshotRole(element) === role && snapshotName(element, role) === name;

function refOf(element, role, name) {
  const before = refsOf.get(element);
  const known = before && referred.get(before);
  if (known && known.role === role && known.name === name) return before;
  referred.delete(before);
  const ref = `e${++refsGiven}`;
  refsOf.set(element, ref);
  referred.set(ref, { element: new WeakRef(element), role, name });
  return ref;
}

function forgetRefs() {
  for (const [ref, { element }] of referred) if (!element.deref()) referred.delete(ref);
}

function queryRef(scope, ref) {
  const read = referred.get(ref);
  const element = read && read.element.deref();
  const found = !!element && element.isConnected && isAsRead(read, element);
  return found && (scope === document || containsComposed(scope, element)) ? [element] : [];
}

class SnapshotTree {
  // `depth`: how many levels are shown; 0: all. `boxes`: elements tell their places; `refs`: and what finds them; `whole`:
  // however much it is.
  constructor({ depth = 0, boxes = false, refs = false, whole = false } = {}) {
    this.depth = depth || Infinity;
    this.boxes = boxes;
    this.refs = refs;
    if (refs) forgetRefs();
    this.level = 0;
    // Enough for more lines than are kept: what is read but not written (a content equal to its name) counts too.
    this.left = whole ? Infinity : 3 * snapshotLimit;
    this.seen = new Set();
  }

  visit(node, into) {
    if (this.left <= 0 || this.seen.has(node)) return;
    this.seen.add(node);
    if (node.nodeType === Node.TEXT_NODE) {
      this.left -= foldSpace(node.data).length;
      into.push(node.data);
    }
    if (node.nodeType !== Node.ELEMENT_NODE || silentTags.has(tagOf(node))) return;
    if (attributeOf(node, 'aria-hidden') === 'true') return;
    if (isCssHidden(node)) this.visitHidden(node, into);
    else this.visitShown(node, into);
  }

  // Only what is invisible (visibility: hidden) may hold something that is visible again.
  visitHidden(element, into) {
    if (getComputedStyle(element).display === 'none' || !element.checkVisibility()) return;
    for (const child of shownChildren(element)) if (child.nodeType === Node.ELEMENT_NODE) this.visit(child, into);
  }

  visitShown(element, into) {
    const role = snapshotRole(element);
    if (role === 'generic' || role === 'presentation' || role === 'none') {
      const apart = tagOf(element) === 'br' || !/^(inline|contents)$/.test(getComputedStyle(element).display) ? ' ' : '';
      into.push(apart);
      this.visitInside(element, into);
      into.push(apart);
      return;
    }
    const name = snapshotName(element, role);
    const item = { role, name, ...statesOf(element, role), properties: shownProperties(element, role, name), children: [] };
    if (this.refs) item.states = [item.states, `[ref=${refOf(element, role, name)}]`].filter(Boolean).join(' ');
    if (this.boxes) item.states = [item.states, boxWords(element)].filter(Boolean).join(' ');
    this.left -= role.length + name.length + item.states.length + 8;
    into.push(item);
    if (++this.level < this.depth) {
      const value = shownValue(element);
      if (value !== null) item.children.push(value);
      else if (role !== 'iframe') this.visitInside(element, item.children);
    }
    --this.level;
    item.children = joinTexts(item.children);
    if (item.children.length === 1 && item.children[0] === name) item.children = [];
  }

  visitInside(element, into) {
    into.push(pseudoText(element, '::before'));
    for (const child of shownChildren(element)) this.visit(child, into);
    into.push(pseudoText(element, '::after'));
  }
}

// Texts that follow each other are one, without the space around them; empty ones are none.
function joinTexts(children) {
  const joined = [];
  let text = '';
  const flush = () => {
    text = foldSpace(text);
    if (text) joined.push(text);
    text = '';
  };
  for (const child of children) {
    if (typeof child === 'string') {
      text += child;
      continue;
    }
    flush();
    joined.push(child);
  }
  flush();
  return joined;
}

// What YAML would read as something else than this text.
const needsQuotes = (text) => text === '' || text !== text.trim() || /[\x00-\x1f\x7f-\x9f]/.test(text) || /^-/.test(text) ||
  /:(\s|$)/.test(text) || /\s#/.test(text) || /^[?,[\]{}#&*!|>'"%@`]/.test(text) || text === '~' ||
  /^(y|n|yes|no|true|false|on|off|null)$/i.test(text) || /^[+.]*(\d[\w.,:+-]*|inf|nan)?$/i.test(text);
const yamlKey = (text) => (needsQuotes(text) ? `'${text.replace(/'/g, "''")}'` : text);
const yamlValue = (text) => (needsQuotes(text) ? JSON.stringify(text) : text);

function snapshotLines(children, indent, lines) {
  for (const child of children) {
    if (typeof child === 'string') {
      lines.push(`${indent}- text: ${yamlValue(child)}`);
      continue;
    }
    const key = yamlKey([child.role, child.name && JSON.stringify(child.name), child.states].filter(Boolean).join(' '));
    const only = child.properties.length === 0 && child.children.length === 1 && child.children[0];
    if (typeof only === 'string') {
      lines.push(`${indent}- ${key}: ${yamlValue(only)}`);
      continue;
    }
    const inside = child.properties.length > 0 || child.children.length > 0;
    lines.push(`${indent}- ${key}${inside ? ':' : ''}`);
    for (const [name, value] of child.properties) lines.push(`${indent}  - ${name}: ${yamlValue(value)}`);
    snapshotLines(child.children, `${indent}  `, lines);
  }
}

// What is read of an element, as items and texts; `tree.left` <= 0: not all of it.
function snapshotOf(element, tree) {
  const top = [];
  tree.visit(element, top);
  return joinTexts(top);
}

// What is read of an element, as items and as text.
function wholeSnapshot(element, options) {
  newScan();
  const tree = new SnapshotTree(options);
  const items = snapshotOf(element, tree);
  const lines = [];
  snapshotLines(items, '', lines);
  let size = 0;
  const fits = lines.findIndex((line) => (size += line.length + 1) > snapshotLimit);
  if (fits < 0 && tree.left > 0) return { items, text: lines.join('\n') };
  const kept = fits < 0 ? lines : lines.slice(0, fits);
  return { items, text: [...kept, `# cut: the page has more than ${snapshotLimit} characters`].join('\n') };
}

const ariaSnapshot = (element) => wholeSnapshot(element).text;
