// What an element is at this moment: visible, enabled, editable, checked; and how it is spoken of.

// An element in a message: tag, telling attributes, a little text. Never a field's value.
function describe(element) {
  if (!element) return 'nothing';
  const tag = tagOf(element);
  let text = `<${tag}`;
  const clip = (value, most) => (value.length > most ? `${value.slice(0, most)}…` : value);
  for (const name of ['id', 'data-testid', 'name', 'type', 'role', 'aria-label', 'href', 'class']) {
    const value = attributeOf(element, name);
    if (value && text.length < 120) text += ` ${name}="${clip(value, 40)}"`;
  }
  if (attributeOf(element, 'disabled') !== null) text += ' disabled';
  if (attributeOf(element, 'readonly') !== null) text += ' readonly';
  if (/^(input|img|br|hr|area|embed|source)$/.test(tag)) return `${text}>`;
  const content = clip(foldSpace(textOf(element).slice(0, 300)), 50);
  return `${text}>${content}</${tag}>`;
}

// Null when visible, else why not.
function whyNotVisible(element) {
  if (!element.isConnected) return 'it is not in the document';
  const style = getComputedStyle(element);
  if (style.display === 'contents') {
    for (const child of element.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE && !whyNotVisible(child)) return null;
      if (child.nodeType === Node.TEXT_NODE && child.nodeValue.trim()) {
        const range = document.createRange();
        range.selectNode(child);
        const box = range.getBoundingClientRect();
        if (box.width > 0 && box.height > 0) return null;
      }
    }
    return 'it has no box';
  }
  if (style.display === 'none') return 'display: none';
  if (!element.checkVisibility()) return 'an ancestor is not shown';
  if (style.visibility !== 'visible') return `visibility: ${style.visibility}`;
  const box = element.getBoundingClientRect();
  if (box.width > 0 && box.height > 0) return null;
  return `its box is ${Math.round(box.width)} × ${Math.round(box.height)} px`;
}

const nativeControls = new Set(['button', 'select', 'input', 'textarea', 'option', 'optgroup', 'fieldset']);

function isDisabled(element) {
  if (nativeControls.has(tagOf(element)) && matchesCss(element, ':disabled')) return true;
  // Of its own only where its role can be disabled (ARIA 1.2); that of what holds it in any case.
  for (let node = element; node; node = hostOrParent(node)) {
    if (node.nodeType !== Node.ELEMENT_NODE || (node === element && !rolesWithState.disabled.has(roleOf(element)))) continue;
    const aria = attributeOf(node, 'aria-disabled');
    if (aria === 'true') return true;
    if (aria === 'false') return false;
  }
  return false;
}

const textInputTypes = new Set(['text', 'search', 'email', 'url', 'tel', 'password', 'number']);
const setInputTypes = new Set(['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range']);

// 'text', 'set' (the value is set at once), 'content' (contenteditable) or null: cannot be filled at all.
function fillKind(element) {
  const tag = tagOf(element);
  if (tag === 'textarea') return 'text';
  if (tag === 'input') {
    const type = element.type;
    return textInputTypes.has(type) ? 'text' : setInputTypes.has(type) ? 'set' : null;
  }
  return element.isContentEditable ? 'content' : null;
}

const isReadOnly = (element) =>
  (/^(input|textarea)$/.test(tagOf(element)) && element.readOnly) || attributeOf(element, 'aria-readonly') === 'true';

// The control that stands for the element: itself, the button or box around it, or the one that its label speaks for.
function controlOf(element) {
  if (matchesCss(element, 'input,textarea,select') || element.isContentEditable) return element;
  const boxes = '[role=checkbox][aria-checked],[role=radio][aria-checked],[role=switch][aria-checked]';
  const owner = element.closest(`button,[role=button],${boxes}`);
  if (owner || matchesCss(element, 'a,[role=link]')) return owner || element;
  const label = element.closest('label');
  return (label && label.control) || element.closest('[role=checkbox],[role=radio],[role=switch]') || element;
}

// True, false, or null where there is no such state.
function checkedState(element) {
  const control = controlOf(element);
  if (tagOf(control) === 'input' && /^(checkbox|radio)$/.test(control.type)) return control.checked;
  const aria = attributeOf(control, 'aria-checked');
  return aria === null ? null : aria === 'true';
}
