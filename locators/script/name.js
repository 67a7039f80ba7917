// Accessible names and descriptions (W3C accname 1.2, with the HTML mapping of HTML-AAM).

const rolesNamedByContent = new Set(('button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox ' +
  'menuitemradio option radio row rowheader switch tab tooltip treeitem').split(' '));
const rolesNeverNamed = new Set(('caption code definition deletion emphasis generic insertion mark none paragraph ' +
  'presentation strong subscript suggestion superscript term time').split(' '));

function referenced(element, attribute) {
  const value = attributeOf(element, attribute);
  if (!value) return [];
  const ids = value.split(/\s+/).filter(Boolean);
  const root = element.getRootNode();
  return [...new Set(ids)].map((id) => (root.getElementById ? root.getElementById(id) : null)).filter(Boolean);
}

// The labels of a control. Asking each control for its labels would search the page for each of them.
function labelsOf(element) {
  if (!scan.labels) {
    scan.labels = new Map();
    for (const label of queryCss(document, 'label')) {
      const control = label.control;
      if (control) scan.labels.set(control, [...(scan.labels.get(control) || []), label]);
    }
  }
  return scan.labels.get(element) || [];
}

// ARIA has no role for these, and HTML-AAM names them.
const namedWithoutRole = (element) => /^(iframe|frame)$/.test(tagOf(element));

const typesWithPlaceholder = new Set(['email', 'number', 'password', 'search', 'tel', 'text', 'url']);

// Whitespace folded. `state` of the walk below: seen elements; inReference: labelledby is not followed again;
// hiddenToo: a hidden element was asked for by name, so what is in it counts.
function accessibleName(element) {
  let name = scan.names.get(element);
  if (name === undefined) {
    const state = { seen: new Set(), inReference: false, hiddenToo: isAriaHidden(element) };
    const nameless = rolesNeverNamed.has(roleOf(element)) && !namedWithoutRole(element);
    name = nameless ? '' : foldSpace(nameOf(element, 'own', state));
    scan.names.set(element, name);
  }
  return name;
}

// `how` the walk came here: 'own' (the name is wanted for this element), 'reference' (aria-labelledby names it),
// 'part' (inside of what is named by its content, a label or a reference).
function nameOf(element, how, state) {
  if (state.seen.has(element)) return '';
  if (how === 'part' && !state.hiddenToo && isAriaHidden(element)) return nameOfShownParts(element, state);
  if (!state.inReference && attributeOf(element, 'aria-labelledby')) {
    const name = referenced(element, 'aria-labelledby').map(nameOfReference).join(' ');
    if (name.trim()) return name;
  }
  state.seen.add(element);
  const role = roleOf(element);
  const label = attributeOf(element, 'aria-label') || '';
  const speaksForItself = how === 'reference' && label.trim();
  const value = how === 'own' || speaksForItself ? null : embeddedValue(element, role, state);
  if (value !== null) return value;
  if (label.trim()) return label;
  const native = role === 'presentation' ? null : nativeName(element, state);
  if (native && native.trim()) return native;
  if (how !== 'own' || rolesNamedByContent.has(role)) {
    const content = nameFromContent(element, state);
    if (content.trim()) return content;
  }
  return role === 'presentation' && how !== 'part' ? '' : attributeOf(element, 'title') || '';
}

// Only what is invisible (visibility: hidden) may hold something that is visible again.
function nameOfShownParts(element, state) {
  if (isBelowAriaHidden(element) || !element.checkVisibility()) return '';
  const parts = [];
  for (let child = firstChildOf(element); child; child = nextSiblingOf(child)) {
    if (child.nodeType === Node.ELEMENT_NODE && !silentTags.has(tagOf(child))) parts.push(nameOf(child, 'part', state));
  }
  return parts.join('');
}

const nameOfReference = (element) =>
  nameOf(element, 'reference', { seen: new Set(), inReference: true, hiddenToo: isAriaHidden(element) });

// A control inside of a label stands for its value. Null: not such a control.
function embeddedValue(element, role, state) {
  const tag = tagOf(element);
  const field = tag === 'input' || tag === 'textarea';
  if (role === 'textbox' || role === 'searchbox' || (role === 'combobox' && field)) {
    return field ? (element.type === 'password' ? '' : element.value) : textOf(element);
  }
  if (role === 'combobox' || role === 'listbox') {
    const chosen = tag === 'select' ? [...element.selectedOptions] : [...allIn(element, '[role=option][aria-selected=true]')];
    return chosen.map((option) => nameOf(option, 'part', state)).join(' ');
  }
  if (/^(slider|spinbutton|progressbar|meter|scrollbar)$/.test(role)) {
    return attributeOf(element, 'aria-valuetext') || attributeOf(element, 'aria-valuenow') || String(element.value ?? '');
  }
  return null;
}

function nameByLabels(element, state) {
  const labels = labelsOf(element);
  if (labels.length === 0) return '';
  return labels.filter((label) => state.hiddenToo || !isAriaHidden(label))
    .map((label) => nameOf(label, 'part', { ...state, seen: new Set([element]) })).join(' ').trim();
}

// What HTML itself gives as a name.
function nativeName(element, state) {
  const tag = tagOf(element);
  const fromChild = (wanted) => {
    const child = [...element.children].find((e) => tagOf(e) === wanted);
    return child ? nameOf(child, 'part', state) : '';
  };
  switch (tag) {
    case 'input': {
      const { type } = element;
      if (/^(button|submit|reset)$/.test(type)) {
        // What the browser writes on it, unless a value says that nothing be written, goes before the title.
        const written = { submit: 'Submit', reset: 'Reset' }[type];
        return element.value.trim() || nameByLabels(element, state) || (element.hasAttribute('value') ? '' : written) ||
          attributeOf(element, 'title') || written;
      }
      if (type === 'image') {
        return nameByLabels(element, state) || attributeOf(element, 'alt') || attributeOf(element, 'title') || 'Submit';
      }
      const given = nameByLabels(element, state) || attributeOf(element, 'title');
      if (type === 'file') return given || 'Choose File';
      return given || (typesWithPlaceholder.has(type) ? attributeOf(element, 'placeholder') : '');
    }
    case 'textarea': return nameByLabels(element, state) || attributeOf(element, 'title') || attributeOf(element, 'placeholder');
    case 'fieldset': return fromChild('legend');
    case 'figure': return fromChild('figcaption');
    case 'table': return fromChild('caption') || attributeOf(element, 'summary');
    case 'img':
    case 'area': return attributeOf(element, 'alt');
    case 'optgroup':
    case 'option': return attributeOf(element, 'label');
    default: {
      if (!(element instanceof SVGElement)) return nameByLabels(element, state);
      const title = [...element.children].find((e) => tagOf(e) === 'title');
      return title ? title.textContent : attributeOf(element, 'xlink:title') || '';
    }
  }
}

function nameFromContent(element, state) {
  const generated = mayHavePseudoText(element);
  const parts = generated ? [pseudoText(element, '::before')] : [];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) parts.push(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || silentTags.has(tagOf(node))) return;
    const text = nameOf(node, 'part', state);
    const apart = tagOf(node) === 'br' || !/^(inline|contents|none)$/.test(getComputedStyle(node).display);
    parts.push(apart ? ` ${text} ` : text);
  };
  const slotted = tagOf(element) === 'slot' ? element.assignedNodes() : [];
  const closed = tagOf(element) === 'details' && !element.open;
  if (slotted.length > 0) slotted.forEach(visit);
  else if (closed) [...element.children].filter((child) => tagOf(child) === 'summary').slice(0, 1).forEach(visit);
  else for (let child = firstChildOf(shadowRootOf(element) || element); child; child = nextSiblingOf(child)) visit(child);
  for (const owned of referenced(element, 'aria-owns')) visit(owned);
  if (generated) parts.push(pseudoText(element, '::after'));
  return parts.join('');
}

// Selectors of the elements of a tree that may have generated text: '' for none, null when it cannot be known. Style
// sheets are read once per probe; asking every element for its computed style would cost much more.
function pseudoSelector(root) {
  let css = scan.pseudo.get(root);
  if (css === undefined) {
    css = root !== document ? null : [...root.styleSheets, ...root.adoptedStyleSheets].reduce(joinPseudos, '');
    scan.pseudo.set(root, css);
  }
  return css;
}

function joinPseudos(known, sheet) {
  if (known === null) return null;
  const found = known ? [known] : [];
  const visit = (rules) => {
    for (const rule of rules) {
      if (rule.selectorText && /::?(before|after)/.test(rule.selectorText)) {
        if (rule.selectorText.includes('&')) return false;
        found.push(rule.selectorText.replace(/::?(before|after)/g, '').split(',').map((s) => s.replace(/(^|[\s>+~])\s*$/, '$1*')).join());
      }
      if (rule.styleSheet && !visit(rule.styleSheet.cssRules)) return false;
      if (rule.cssRules && rule.cssRules.length > 0 && !visit(rule.cssRules)) return false;
    }
    return true;
  };
  try {
    if (!visit(sheet.cssRules)) return null;
    const css = found.join();
    if (css) document.documentElement.matches(css);
    return css;
  } catch {
    return null;  // another origin's sheet, or a selector that does not stand alone
  }
}

const mayHavePseudoText = (element) => {
  const css = pseudoSelector(rootsBelow(document).length === 1 ? document : element.getRootNode());
  return css === null || (css !== '' && matchesCss(element, css));
};

// Text that a style adds, without the private-use glyphs of icon fonts; `content: "x" / "alternative"` says the latter.
function pseudoText(element, which) {
  const style = getComputedStyle(element, which);
  if (!style.content || style.display === 'none' || style.visibility !== 'visible') return '';
  const parts = style.content.match(/"(?:[^"\\]|\\.)*"|\//g) || [];
  const slash = parts.indexOf('/');
  const text = parts.slice(slash + 1).map((part) => part.slice(1, -1).replace(/\\(.)/g, '$1')).join('').replace(/[\ue000-\uf8ff]/g, '');
  return text && style.display !== 'inline' ? ` ${text} ` : text;
}

function accessibleDescription(element) {
  const text = referenced(element, 'aria-describedby').map(nameOfReference).join(' ') ||
    attributeOf(element, 'aria-description') || '';
  if (text.trim()) return foldSpace(text);
  const title = foldSpace(attributeOf(element, 'title') || '');
  return title === accessibleName(element) ? '' : title;
}

// What aria-errormessage refers to; '' while the element is valid.
function accessibleError(element) {
  const aria = foldSpace(attributeOf(element, 'aria-invalid') || '');
  const wrong = (aria !== '' && aria !== 'false') || (!!element.validity && !element.validity.valid);
  return wrong ? foldSpace(referenced(element, 'aria-errormessage').map(nameOfReference).join(' ')) : '';
}
