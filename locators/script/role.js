// ARIA roles, states and what is hidden from assistive technology (WAI-ARIA 1.2, HTML-AAM).

const knownRoles = new Set(('alert alertdialog application article banner blockquote button caption cell checkbox code ' +
  'columnheader combobox complementary contentinfo definition deletion dialog directory document emphasis feed figure ' +
  'form generic grid gridcell group heading img insertion link list listbox listitem log main mark marquee math menu ' +
  'menubar menuitem menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation ' +
  'progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton ' +
  'status strong subscript suggestion superscript switch tab table tablist tabpanel term textbox time timer toolbar ' +
  'tooltip tree treegrid treeitem').split(' '));
// Words that mean the same: the one that is used here.
const oneRole = (role) => (role === 'image' ? 'img' : role === 'none' ? 'presentation' : role);
const inputRoles = {
  button: 'button', submit: 'button', reset: 'button', image: 'button', checkbox: 'checkbox', radio: 'radio',
  range: 'slider', number: 'spinbutton', search: 'searchbox', email: 'textbox', tel: 'textbox', text: 'textbox',
  url: 'textbox', password: 'textbox', date: 'textbox', time: 'textbox', month: 'textbox', week: 'textbox',
  'datetime-local': 'textbox',
  file: 'button', color: 'textbox',  // ARIA names none
};
const globalAria = ['atomic', 'busy', 'controls', 'current', 'describedby', 'details', 'flowto', 'keyshortcuts', 'label',
                    'labelledby', 'live', 'owns', 'relevant', 'roledescription'].map((name) => `[aria-${name}]`).join();
const sectioning = 'article,aside,main,nav,section,' +
  ['article', 'complementary', 'main', 'navigation', 'region'].map((role) => `[role=${role}]`).join();
// What loses its meaning in a list or table that is only presentation.
const partOf = { li: 'ul,ol,menu', dt: 'dl', dd: 'dl', tr: 'table', td: 'table', th: 'table', tbody: 'table', thead: 'table',
                 tfoot: 'table' };

const tagRoles = {
  a: (e) => (e.hasAttribute('href') ? 'link' : 'generic'), area: (e) => (e.hasAttribute('href') ? 'link' : 'generic'),
  article: 'article', aside: 'complementary', blockquote: 'blockquote', button: 'button', caption: 'caption',
  code: 'code', datalist: 'listbox', dd: 'definition', del: 'deletion', details: 'group', dfn: 'term',
  dialog: 'dialog', dt: 'term', em: 'emphasis', fieldset: 'group', figure: 'figure',
  footer: (e) => (insideSection(e) ? 'generic' : 'contentinfo'),
  form: (e) => (hasOwnName(e) || e.hasAttribute('title') ? 'form' : 'generic'), h1: 'heading', h2: 'heading',
  h3: 'heading', h4: 'heading', h5: 'heading', h6: 'heading', header: (e) => (insideSection(e) ? 'generic' : 'banner'),
  hr: 'separator', html: 'document',
  img: (e) => {
    const speaks = attributeOf(e, 'alt') !== '' || e.hasAttribute('title') || matchesCss(e, globalAria) || isFocusable(e);
    return speaks ? 'img' : 'presentation';
  },
  input: (e) => {
    const role = inputRoles[e.type] || 'generic';
    return /textbox|searchbox/.test(role) && e.hasAttribute('list') ? 'combobox' : role;
  },
  ins: 'insertion', li: 'listitem', main: 'main', mark: 'mark', math: 'math', menu: 'list', meter: 'meter',
  nav: 'navigation', ol: 'list', optgroup: 'group', option: 'option', output: 'status', p: 'paragraph',
  progress: 'progressbar', search: 'search',
  section: (e) => (hasOwnName(e) || e.hasAttribute('title') ? 'region' : 'generic'),
  select: (e) => (e.multiple || e.size > 1 ? 'listbox' : 'combobox'), strong: 'strong', sub: 'subscript',
  summary: 'button', sup: 'superscript', svg: 'img', table: 'table', tbody: 'rowgroup',
  td: (e) => (e.closest('[role=grid],[role=treegrid]') ? 'gridcell' : 'cell'), textarea: 'textbox', tfoot: 'rowgroup',
  th: (e) => {
    const scope = attributeOf(e, 'scope');
    if (scope) return /^row/.test(scope) ? 'rowheader' : 'columnheader';
    return e.parentElement && firstIn(e.parentElement, 'td') ? 'rowheader' : 'columnheader';
  },
  thead: 'rowgroup', time: 'time', tr: 'row', ul: 'list',
};
// Tags whose role depends on more than the tag: what a role query has to look at, besides [role] and the plain tags.
const conditionalTags = {
  link: 'a[href],area[href]', banner: 'header', contentinfo: 'footer', form: 'form', region: 'section', img: 'img',
  presentation: 'img', cell: 'td', gridcell: 'td', columnheader: 'th', rowheader: 'th', combobox: 'select,input',
  listbox: 'select',
};

const insideSection = (element) => !!element.parentElement && !!element.parentElement.closest(sectioning);

const hasOwnName = (element) =>
  !!(attributeOf(element, 'aria-label') || '').trim() || element.hasAttribute('aria-labelledby');

const isFocusable = (element) => element.tabIndex >= 0 && !(nativeControls.has(tagOf(element)) && matchesCss(element, ':disabled'));

function roleOf(element) {
  let role = scan.roles.get(element);
  if (role === undefined) {
    role = findRole(element);
    scan.roles.set(element, role);
  }
  return role;
}

function findRole(element) {
  const explicit = attributeOf(element, 'role');
  for (const word of explicit ? explicit.toLowerCase().split(/\s+/) : []) {
    if (word === 'image') return 'img';
    if (!knownRoles.has(word)) continue;
    if (word !== 'none' && word !== 'presentation') return word;
    if (!matchesCss(element, globalAria) && !isFocusable(element)) return 'presentation';
    break;  // not honoured where the element can be focused or speaks for itself
  }
  const tag = tagOf(element);
  const owner = Object.hasOwn(partOf, tag) && element.closest(partOf[tag]);
  if (owner && /^\s*(none|presentation)\b/i.test(attributeOf(owner, 'role') || '')) return 'generic';
  const implicit = Object.hasOwn(tagRoles, tag) ? tagRoles[tag] : 'generic';
  return typeof implicit === 'function' ? implicit(element) : implicit;
}

function roleCandidates(role) {
  const tags = Object.keys(tagRoles).filter((tag) => tagRoles[tag] === role);
  if (Object.values(inputRoles).includes(role)) tags.push('input');
  if (conditionalTags[role]) tags.push(conditionalTags[role]);
  return ['[role]', ...tags].join();
}

// Hidden from assistive technology.
function isAriaHidden(element) {
  let hidden = scan.hidden.get(element);
  if (hidden === undefined) {
    hidden = isCssHidden(element) || isBelowAriaHidden(element);
    scan.hidden.set(element, hidden);
  }
  return hidden;
}

function isBelowAriaHidden(element) {
  let below = scan.belowHidden.get(element);
  if (below === undefined) {
    const parent = hostOrParent(element);
    below = (element.nodeType === Node.ELEMENT_NODE && attributeOf(element, 'aria-hidden') === 'true') ||
      (!!parent && isBelowAriaHidden(parent));
    scan.belowHidden.set(element, below);
  }
  return below;
}

// Rendered and visible, in CSS's own sense.
function isShown(element) {
  let shown = scan.shown.get(element);
  if (shown === undefined) {
    shown = element.checkVisibility({ visibilityProperty: true });
    scan.shown.set(element, shown);
  }
  return shown;
}

function isCssHidden(element) {
  if (isShown(element)) return false;
  const tag = tagOf(element);
  if (tag === 'option' || tag === 'optgroup') {
    const select = element.closest('select');
    return !select || element.hidden || isCssHidden(select);
  }
  if (tag === 'area') return false;
  const style = getComputedStyle(element);
  if (style.display !== 'contents' || style.visibility !== 'visible') return true;
  const parent = parentInTree(element);
  const host = parent instanceof ShadowRoot ? parent.host : parent;
  return !!host && host.nodeType === Node.ELEMENT_NODE && isCssHidden(host);
}

// States that a role query may ask for.
function ariaState(element, state) {
  const tag = tagOf(element);
  const aria = attributeOf(element, `aria-${state}`);
  switch (state) {
    case 'checked':
      if (tag === 'input' && /^(checkbox|radio)$/.test(element.type)) return element.indeterminate ? 'mixed' : element.checked;
      return aria === 'mixed' ? 'mixed' : aria === 'true';
    case 'selected': return tag === 'option' ? element.selected : aria === 'true';
    case 'expanded':
      if (tag === 'details') return element.open;
      if (tag === 'summary' && element.parentElement && tagOf(element.parentElement) === 'details') return element.parentElement.open;
      return aria === null ? null : aria === 'true';
    case 'disabled': return isDisabled(element);
    case 'level': return Number(attributeOf(element, 'aria-level')) || Number((/^h([1-6])$/.exec(tag) || [])[1] || 0);
    default: return aria === 'mixed' ? 'mixed' : aria === 'true';
  }
}
