// Reading elements, and waiting for what is expected of them.

// What was asked makes no sense of the element: neither yes nor no.
class Unfit {
  constructor(message) {
    this.message = message;
  }
}
const unfit = (element, why) => new Unfit(`${describe(element)} ${why}`);

// Roles whose missing aria-checked means false, and those that may be read-only (ARIA 1.2).
const checkedRoles = new Set(['checkbox', 'menuitemcheckbox', 'menuitemradio', 'option', 'radio', 'switch', 'treeitem']);
const editableRoles = new Set(['checkbox', 'columnheader', 'combobox', 'grid', 'gridcell', 'listbox', 'radiogroup', 'rowheader',
                            'searchbox', 'slider', 'spinbutton', 'switch', 'textbox', 'treegrid']);

const isChecked = (element) => checkedState(element) ?? (checkedRoles.has(roleOf(controlOf(element))) ? false : null);

function takesInput(element) {
  const control = controlOf(element);
  return matchesCss(control, 'input,textarea,select') || control.isContentEditable || editableRoles.has(roleOf(control));
}

// Also a host of the one that has it.
const hasFocus = (element) => element.isConnected && element.getRootNode().activeElement === element;

const readers = {
  text_content: (e) => e.textContent,
  inner_text: (e) => e.innerText ?? e.textContent,
  inner_html: (e) => e.innerHTML,
  outer_html: (e) => e.outerHTML,
  input_value: (e) => fillTarget(e).value ?? unfit(e, 'has no value'),
  attribute: (e, name) => attributeOf(e, name),
  is_checked: (e) => isChecked(e) ?? unfit(e, 'can be neither checked nor unchecked'),
  fingerprint: (e) => fingerprintOf(e),
  aria_snapshot: (e, _, args) => wholeSnapshot(e, args).text,
  suggestion: (e, _, args) => suggestions([e], args)[0],
  box: (e) => {
    const { x, y, width, height } = e.getBoundingClientRect();
    return { x, y, width, height };
  },
  is_enabled: (e) => !isDisabled(controlOf(e)),
  is_editable: (e) => (takesInput(e) ? !isDisabled(controlOf(e)) && !isReadOnly(controlOf(e)) : unfit(e, 'takes no input')),
};

const read = (args) => withElement(args, async (element) => {
  // A picture of the whole must not leave anything out.
  if (args.what === 'aria_snapshot' && args.report_closed && mayHideClosedRoots()) return { error: 'closed_roots' };
  const value = readers[args.what](element, args.name, args);
  return value instanceof Unfit ? { error: 'wrong_element', message: value.message } : { value };
});

function query({ chain, what, label, report_closed: reportClosed }) {
  const { elements } = resolve(chain, reportClosed);
  if (elements.length === 0 && reportClosed && mayHideClosedRoots()) return { error: 'closed_roots' };
  if (what === 'count') return { value: elements.length };
  if (what === 'hold_all') {
    heldAll = elements;
    return { value: elements.length };
  }
  if (what === 'highlight') return { value: highlight(elements, label) };
  if (what === 'is_visible') return { value: elements.length > 0 && !whyNotVisible(elements[0]) };
  if (what === 'all_inner_texts') return { value: elements.map((e) => e.innerText ?? e.textContent) };
  if (what === 'all_text_contents') return { value: elements.map((e) => e.textContent) };
  return { value: elements.map(describe) };
}

async function wait(args) {
  const log = new CallLog();
  const wanted = args.state;
  let state = '';
  const answer = await until(args.timeout_ms, (_, quietFor) => {
    const found = resolve(args.chain, args.report_closed);
    const { elements } = found;
    if (elements.length === 0 && args.report_closed && mayHideClosedRoots()) return { ok: false, error: 'closed_roots' };
    const shown = elements.filter((e) => !whyNotVisible(e));
    const done = { attached: elements.length > 0, detached: elements.length === 0, visible: shown.length > 0,
                   hidden: shown.length === 0 }[wanted];
    if (done) {
      const first = shown[0] || elements[0];
      return { ok: true, element: first ? describe(first) : '', bundle: found.bundle };
    }
    state = elements.length === 0 ? found.refusal || 'no element matches'
      : shown.length > 0 ? `${describe(shown[0])} is still visible`
        : `${describe(elements[0])} is not visible (${whyNotVisible(elements[0])})`;
    log.add(`${state} - waiting`);
    const end = elements.length === 0 && givesUp(args, found, quietFor);
    return end ? { ok: false, error: end, message: state } : undefined;
  }, { eager: true });
  return { ...(answer || { ok: false, error: 'timeout', message: state, around: surroundings(args) }), log: log.lines };
}

// How one kind of expectation is looked at: → {pass, received}.
function look(args, elements) {
  const element = elements[0];
  const need = (test) => (element ? test(element) : { pass: false, received: 'no element' });
  const compare = (received) => ({ pass: received !== null && textMatcher(args.expected)(String(received)), received });
  // Values, attributes and addresses are compared as they are: their spaces are data.
  const compareExactly = (received) =>
    ({ pass: received !== null && textMatcher(args.expected, (text) => text)(String(received)), received });
  const compareEach = (received, fold) => ({
    pass: received.length === args.expected.length &&
      received.every((text, index) => textMatcher(args.expected[index], fold)(text)),
    received,
  });
  // Others may stand between them.
  const findEach = (received) => {
    let next = 0;
    for (const text of received) if (next < args.expected.length && textMatcher(args.expected[next])(text)) ++next;
    return { pass: next === args.expected.length, received };
  };
  const texts = () => elements.map((e) => foldSpace(args.inner_text ? e.innerText ?? e.textContent : textOf(e)));
  const yes = (pass, no, received) => ({ pass, received: pass ? received : no });
  // Of an element that it makes no sense of neither the expectation comes true nor its opposite.
  const fit = (value, test) => (value instanceof Unfit ? { pass: false, unfit: true, received: value.message } : test(value));
  switch (args.kind) {
    case 'visible': return need((e) => yes(!whyNotVisible(e), `hidden (${whyNotVisible(e)})`, 'visible'));
    case 'hidden': return yes(elements.every((e) => whyNotVisible(e)), 'visible', 'hidden');
    case 'attached': return yes(!!element, 'no element', 'attached');
    case 'detached': return yes(!element, 'attached', 'no element');
    case 'enabled': return need((e) => yes(!isDisabled(controlOf(e)), 'disabled', 'enabled'));
    case 'disabled': return need((e) => yes(isDisabled(controlOf(e)), 'enabled', 'disabled'));
    case 'editable': return need((e) => fit(readers.is_editable(e), (is) => yes(is, 'not editable', 'editable')));
    case 'checked': return need((e) => fit(readers.is_checked(e), (is) => yes(is, 'unchecked', 'checked')));
    case 'unchecked': return need((e) => fit(readers.is_checked(e), (is) => yes(!is, 'checked', 'unchecked')));
    case 'focused': return need((e) => yes(hasFocus(e), 'not focused', 'focused'));
    case 'empty': return need((e) => {
      const { value } = fillTarget(e);
      const isField = fillKind(e) !== null && typeof value === 'string';
      return isField ? yes(value === '', value, '') : yes(e.textContent.trim() === '', e.textContent, '');
    });
    case 'text':
    case 'contains_text': return need((e) => compare(foldSpace(args.inner_text ? e.innerText ?? e.textContent : textOf(e))));
    case 'value': return need((e) => fit(readers.input_value(e), compareExactly));
    case 'attribute': return need((e) => (args.expected === null
      ? yes(attributeOf(e, args.name) !== null, null, attributeOf(e, args.name)) : compareExactly(attributeOf(e, args.name))));
    case 'indeterminate': return need((e) => yes(ariaState(controlOf(e), 'checked') === 'mixed', 'not indeterminate', 'indeterminate'));
    case 'class': return need((e) => compare(foldSpace(attributeOf(e, 'class') || '')));
    case 'contains_class': return need((e) => ({
      pass: foldSpace(args.expected.text).split(' ').every((name) => !name || e.classList.contains(name)),
      received: foldSpace(attributeOf(e, 'class') || ''),
    }));
    case 'css': return need((e) => compareExactly(getComputedStyle(e, args.pseudo).getPropertyValue(args.name)));
    case 'id': return need((e) => compareExactly(attributeOf(e, 'id')));
    case 'role': return need((e) => ({ pass: roleOf(e) === oneRole(args.expected.text), received: roleOf(e) }));
    case 'accessible_name': return need((e) => compare(foldSpace(accessibleName(e))));
    case 'accessible_description': return need((e) => compare(foldSpace(accessibleDescription(e))));
    case 'accessible_error': return need((e) => compare(accessibleError(e)));
    case 'aria_snapshot': return need((e) => {
      args.template ||= compiledTemplate(args.expected);
      const { items, text } = wholeSnapshot(e, { whole: true });
      return { pass: fitsAnywhere(items, args.template), received: text };
    });
    case 'in_viewport': return need(async (e) => {
      const shown = await shownRatio(e);
      if (shown === undefined) return { pass: false, unfit: true, received: 'nothing: the page gives no frames' };
      return { pass: shown > 0 && shown >= args.expected - 1e-9, received: `${Math.round(shown * 100) / 100} of it` };
    });
    case 'values': return need((e) => {
      const list = controlOf(e);
      if (tagOf(list) !== 'select') return { pass: false, unfit: true, received: `${describe(list)} is no list` };
      return compareEach([...list.selectedOptions].map((option) => option.value), (text) => text);
    });
    case 'texts': return compareEach(texts());
    case 'contains_texts': return findEach(texts());
    case 'count': return { pass: elements.length === args.expected, received: elements.length };
    case 'url': return compareExactly(location.href);
    case 'title': return compare(document.title);
    default: throw new Error(`unknown expectation ${args.kind}`);
  }
}

// How much of the element the viewport shows, through all that clips it: 0-1. Nothing: the page, hidden or overloaded,
// gives no frame by which to tell.
const shownRatio = (element) => new Promise((done) => {
  const observer = new IntersectionObserver(([entry]) => {
    observer.disconnect();
    done(entry.intersectionRatio);  // of what has no area: 1; `isIntersecting`, what only touches does, too
  });
  observer.observe(element);
  setTimeout(() => {
    observer.disconnect();
    done(undefined);
  }, 1000);
});

// Of what is not there the opposite comes true.
const aboutWhatShows = new Set(['visible', 'in_viewport']);
const aboutMany = new Set(['count', 'hidden', 'detached', 'attached', 'url', 'title', 'texts', 'contains_texts']);

async function expect(args) {
  const log = new CallLog();
  let received = null;
  const answer = await until(args.timeout_ms, async (_, quietFor) => {
    const handler = shownHandler(args);
    if (handler) return handler;
    const found = args.chain.length > 0 ? resolve(args.chain, args.report_closed)
      : { elements: args.kind === 'aria_snapshot' ? [document.documentElement] : [] };
    // A picture of the whole must not leave anything out.
    if (args.kind === 'aria_snapshot' && args.report_closed && mayHideClosedRoots()) return { error: 'closed_roots' };
    if (found.elements.length === 0 && args.chain.length > 0 && args.report_closed && mayHideClosedRoots()) {
      return { error: 'closed_roots' };
    }
    if (found.elements.length > 1 && !aboutMany.has(args.kind)) return notUnique(found.elements, args);
    const seen = await look(args, found.elements);
    received = seen.received;
    const missing = args.chain.length > 0 && found.elements.length === 0 && !aboutWhatShows.has(args.kind) && !aboutMany.has(args.kind);
    if (seen.pass !== args.negate && !(args.negate && (missing || seen.unfit))) {
      const first = found.elements[0];
      return { pass: true, received, element: first ? describe(first) : '', bundle: found.bundle };
    }
    log.add(found.elements.length === 0 && found.refusal ? found.refusal
      : args.kind === 'aria_snapshot' && found.elements.length > 0 ? `the aria snapshot ${args.negate ? 'matches' : 'does not match'} - waiting`
        : `received ${JSON.stringify(received)} - waiting`);
    const end = found.elements.length === 0 && args.chain.length > 0 && givesUp(args, found, quietFor);
    return end ? { ok: false, error: end, message: found.refusal || 'no element matches' } : undefined;
  }, { eager: true });
  const around = () => (args.kind === 'aria_snapshot' && received !== 'no element' ? [] : surroundings(args));
  return { ...(answer || { pass: false, received, around: around() }), log: log.lines };
}
