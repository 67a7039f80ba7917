// ARIA roles and accessible names (W3C accname 1.2, HTML-AAM), to the depth that people write tests in.

const inputRoles = {
  button: 'button', submit: 'button', reset: 'button', image: 'button', checkbox: 'checkbox', radio: 'radio',
  range: 'slider', number: 'spinbutton', search: 'searchbox', email: 'textbox', tel: 'textbox', text: 'textbox',
  url: 'textbox', password: 'textbox', date: 'textbox', time: 'textbox', month: 'textbox', week: 'textbox',
  'datetime-local': 'textbox',
};
const sectionBreakers = 'article,aside,main,nav,section';
const tagRoles = {
  a: (e) => (e.hasAttribute('href') ? 'link' : 'generic'), area: (e) => (e.hasAttribute('href') ? 'link' : 'generic'),
  article: 'article', aside: 'complementary', blockquote: 'blockquote', button: 'button', caption: 'caption',
  code: 'code', datalist: 'listbox', dd: 'definition', del: 'deletion', details: 'group', dfn: 'term',
  dialog: 'dialog', dt: 'term', em: 'emphasis', fieldset: 'group', figure: 'figure',
  footer: (e) => (e.parentElement && e.parentElement.closest(sectionBreakers) ? 'generic' : 'contentinfo'),
  form: (e) => (hasOwnName(e) ? 'form' : 'generic'), h1: 'heading', h2: 'heading', h3: 'heading', h4: 'heading',
  h5: 'heading', h6: 'heading',
  header: (e) => (e.parentElement && e.parentElement.closest(sectionBreakers) ? 'generic' : 'banner'),
  hr: 'separator', html: 'document',
  img: (e) => (attributeOf(e, 'alt') === '' && !hasOwnName(e) && !e.hasAttribute('title') ? 'presentation' : 'img'),
  input: (e) => {
    const role = inputRoles[e.type] || null;
    return role && /textbox|searchbox/.test(role) && e.hasAttribute('list') ? 'combobox' : role;
  },
  ins: 'insertion', li: 'listitem', main: 'main', mark: 'mark', math: 'math', menu: 'list', meter: 'meter',
  nav: 'navigation', ol: 'list', optgroup: 'group', option: 'option', output: 'status', p: 'paragraph',
  progress: 'progressbar', search: 'search', section: (e) => (hasOwnName(e) ? 'region' : 'generic'),
  select: (e) => (e.multiple || e.size > 1 ? 'listbox' : 'combobox'), strong: 'strong', sub: 'subscript',
  summary: 'button', sup: 'superscript', svg: 'img', table: 'table', tbody: 'rowgroup',
  td: (e) => (/grid/.test(closestRole(e, 'table')) ? 'gridcell' : 'cell'), textarea: 'textbox', tfoot: 'rowgroup',
  th: (e) => (attributeOf(e, 'scope') === 'row' ? 'rowheader' : 'columnheader'), thead: 'rowgroup', time: 'time',
  tr: 'row', ul: 'list',
};
// Which elements can have a role without saying so: what a role query looks at, besides [role].
const roleSelectors = {
  button: 'button,input,summary', link: 'a[href],area[href]', checkbox: 'input', radio: 'input', slider: 'input',
  spinbutton: 'input', searchbox: 'input', textbox: 'input,textarea', combobox: 'select,input', listbox: 'select,datalist',
  heading: 'h1,h2,h3,h4,h5,h6', img: 'img,svg', list: 'ul,ol,menu', listitem: 'li', option: 'option', table: 'table',
  row: 'tr', cell: 'td', gridcell: 'td', columnheader: 'th', rowheader: 'th', dialog: 'dialog', form: 'form',
  navigation: 'nav', main: 'main', region: 'section', banner: 'header', contentinfo: 'footer', status: 'output',
  group: 'fieldset,details,optgroup', paragraph: 'p', article: 'article', complementary: 'aside', figure: 'figure',
  progressbar: 'progress', meter: 'meter', separator: 'hr', rowgroup: 'tbody,thead,tfoot', time: 'time',
};

const hasOwnName = (element) =>
  !!(attributeOf(element, 'aria-label') || '').trim() || element.hasAttribute('aria-labelledby');

function closestRole(element, tag) {
  const found = element.closest(tag);
  return (found && attributeOf(found, 'role')) || '';
}

function roleOf(element) {
  const explicit = attributeOf(element, 'role');
  if (explicit) {
    const role = explicit.trim().split(/\s+/)[0];
    if (role !== 'none' && role !== 'presentation') return role;
    // Presentation is not honoured where the element can be focused or names itself.
    if (!hasOwnName(element) && !(element.tabIndex >= 0)) return role;
  }
  const implicit = tagRoles[tagOf(element)];
  return typeof implicit === 'function' ? implicit(element) : implicit || 'generic';
}

function roleCandidates(role) {
  const own = roleSelectors[role] || Object.keys(tagRoles).filter((tag) => tagRoles[tag] === role).join(',');
  return own ? `${own},[role]` : '[role]';
}

// Hidden from assistive technology.
function isAriaHidden(element) {
  for (let node = element; node; node = hostOrParent(node)) {
    if (node.nodeType === Node.ELEMENT_NODE && attributeOf(node, 'aria-hidden') === 'true') return true;
  }
  return isCssHidden(element);
}

function isCssHidden(element) {
  if (element.checkVisibility({ visibilityProperty: true })) return false;
  if (tagOf(element) === 'option' || tagOf(element) === 'optgroup') {
    const select = element.closest('select');
    return !select || isCssHidden(select);
  }
  const style = getComputedStyle(element);
  if (style.display !== 'contents' || style.visibility !== 'visible') return true;
  const parent = hostOrParent(element);
  return !!parent && parent.nodeType === Node.ELEMENT_NODE && isCssHidden(parent);
}

const rolesNamedByContent = new Set(('button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox ' +
  'menuitemradio option radio row rowheader switch tab tooltip treeitem').split(' '));

function referenced(element, attribute) {
  const ids = (attributeOf(element, attribute) || '').split(/\s+/).filter(Boolean);
  const root = element.getRootNode();
  return ids.map((id) => (root.getElementById ? root.getElementById(id) : null)).filter(Boolean);
}

function accessibleName(element, use = { seen: new Set() }) {
  // The usual element says its name in plain text and nowhere else.
  if (!use.inside && !element.firstElementChild && rolesNamedByContent.has(roleOf(element)) &&
      tagOf(element) !== 'input' && !hasOwnName(element) && !hasPseudoText(element)) {
    return foldSpace(element.textContent) || foldSpace(attributeOf(element, 'title') || '');
  }
  return foldSpace(nameFrom(element, use));
}

function nameFrom(element, use) {
  if (use.seen.has(element)) return '';
  use.seen.add(element);
  if (!use.hiddenTarget && isAriaHidden(element)) return '';
  if (!use.labelledby) {
    const targets = referenced(element, 'aria-labelledby');
    if (targets.length > 0) {
      const names = targets.map((target) =>
        nameFrom(target, { seen: new Set(), labelledby: true, inside: true, hiddenTarget: isAriaHidden(target) }));
      const name = foldSpace(names.join(' '));
      if (name) return name;
    }
  }
  const role = roleOf(element);
  if (use.inside && use.control !== element) {
    if (/textbox|searchbox/.test(role)) return element.value !== undefined ? element.value : element.textContent;
    if (/combobox|listbox/.test(role) && element.selectedOptions) return [...element.selectedOptions].map((o) => o.text).join(' ');
    if (/slider|spinbutton|progressbar|scrollbar/.test(role)) {
      return attributeOf(element, 'aria-valuetext') || attributeOf(element, 'aria-valuenow') || element.value || '';
    }
  }
  const label = (attributeOf(element, 'aria-label') || '').trim();
  if (label) return label;
  const native = nativeName(element, use);
  if (native !== null) return native;
  if (rolesNamedByContent.has(role) || use.inside) {
    const content = nameFromContent(element, { ...use, inside: true });
    if (foldSpace(content)) return content;
  }
  return attributeOf(element, 'title') || attributeOf(element, 'placeholder') || '';
}

// What HTML itself gives as a name; null: nothing.
function nativeName(element, use) {
  const tag = tagOf(element);
  const from = (child) => (child ? nameFromContent(child, { ...use, inside: true }) : '');
  if (tag === 'input' && /^(button|submit|reset)$/.test(element.type)) {
    if (element.value) return element.value;
    return { submit: 'Submit', reset: 'Reset' }[element.type] || attributeOf(element, 'title') || '';
  }
  if (tag === 'input' && element.type === 'image') {
    return attributeOf(element, 'alt') || attributeOf(element, 'title') || 'Submit';
  }
  if (element.labels && element.labels.length > 0 && !use.labelledby) {
    const texts = [...element.labels].map((l) =>
      nameFrom(l, { seen: new Set([element]), inside: true, control: element, labelledby: true }));
    const name = foldSpace(texts.join(' '));
    if (name) return name;
  }
  if (tag === 'fieldset') return from(element.querySelector(':scope > legend')) || null;
  if (tag === 'figure') return from(element.querySelector(':scope > figcaption')) || null;
  if (tag === 'table') return from(element.querySelector(':scope > caption')) || null;
  if (tag === 'img' || tag === 'area') return attributeOf(element, 'alt') || attributeOf(element, 'title');
  if (tag === 'svg') {
    const title = element.querySelector(':scope > title');
    return title ? title.textContent : null;
  }
  if (tag === 'optgroup' || tag === 'option') return attributeOf(element, 'label') || null;
  return null;
}

function pseudoText(element, which) {
  const content = getComputedStyle(element, which).content;
  const string = content && /^"((?:[^"\\]|\\.)*)"/.exec(content);
  return string ? string[1].replace(/\\(.)/g, '$1') : '';
}

const hasPseudoText = (element) => !!(pseudoText(element, '::before') || pseudoText(element, '::after'));

function nameFromContent(element, use) {
  let text = pseudoText(element, '::before');
  const slotted = tagOf(element) === 'slot' ? element.assignedNodes() : [];
  const root = shadowRootOf(element);
  for (const child of slotted.length > 0 ? slotted : (root || element).childNodes) {
    if (child.nodeType === Node.TEXT_NODE) text += child.nodeValue;
    if (child.nodeType !== Node.ELEMENT_NODE || silentTags.has(tagOf(child))) continue;
    const hiddenTarget = use.hiddenTarget && isAriaHidden(child);
    const part = nameFrom(child, { ...use, inside: true, hiddenTarget });
    const inline = /^(inline|contents|none)/.test(getComputedStyle(child).display);
    text += inline ? part : ` ${part} `;
  }
  return text + pseudoText(element, '::after');
}

function accessibleDescription(element) {
  const described = referenced(element, 'aria-describedby').map((e) => textOf(e)).join(' ');
  return foldSpace(described || attributeOf(element, 'aria-description') || '');
}

// States that a role query may ask for.
function ariaState(element, state) {
  const aria = attributeOf(element, `aria-${state}`);
  if (state === 'checked') return element.checked !== undefined && tagOf(element) === 'input' ? element.checked : aria === 'true';
  if (state === 'selected') return tagOf(element) === 'option' ? element.selected : aria === 'true';
  if (state === 'expanded' && tagOf(element) === 'summary') return element.parentElement.open;
  if (state === 'disabled') return isDisabled(element);
  if (state === 'level') return Number(attributeOf(element, 'aria-level') || (/^h([1-6])$/.exec(tagOf(element)) || [])[1] || 0);
  return aria === 'true';
}
