// One action on one element: resolve, check, scroll, aim or act; waiting in the page until it can be done.

const scrollBlocks = ['center', 'end', 'start', 'nearest'];

function notUnique(elements, args) {
  return { ok: false, error: 'not_unique', matches: elements.length,
           message: `${elements.length} elements match where one is needed:`, candidates: suggestions(elements.slice(0, mostSuggested), args) };
}

const wants = (args, name) => !args.force && !!args.checks && args.checks.includes(name);

// What keeps the element from being acted on, in words; null: nothing. `line` says what it is waiting to become.
function whyNotReady(element, args) {
  const states = [];
  if (wants(args, 'visible')) {
    const why = whyNotVisible(element);
    if (why) return { state: `element is not visible (${why})`, line: 'not visible - waiting' };
    states.push('visible');
  }
  if (wants(args, 'stable')) states.push('stable');
  const control = controlOf(element);
  if (wants(args, 'enabled') && isDisabled(control)) {
    return { state: 'element still disabled', line: [...states, 'not enabled - waiting'].join(', ') };
  }
  if (wants(args, 'editable') && isReadOnly(control)) {
    return { state: 'element is read-only', line: [...states, 'not editable - waiting'].join(', ') };
  }
  return null;
}

const mustHoldStill = (element, args) =>
  wants(args, 'stable') && (args.slow || isAnimating(element)) && !(wants(args, 'visible') && whyNotVisible(element));

// While we wait the page goes on: is the element found then still the one that the locator means?
const isStillFound = (element, args) => args.chain.length === 0 || resolve(args.chain).elements.includes(element);
const becameAnother = { retry: true, state: 'the page made something else of the element' };

// The point to press, scrolled into view and not covered; or why there is none.
function aim(element, args, attempt) {
  const receives = !args.force && args.checks.includes('receives');
  const free = (p) => p && inViewport(p) && (!receives || reaches(pathAt(p.x, p.y), element, isHandedOn(args)));
  const find = () => {
    const middle = visiblePoint(element, args.position);
    if (free(middle) || args.position) return middle;
    const shown = visiblePoint(element, args.position, shownArea(element));
    return free(shown) ? shown : middle;
  };
  let point = find();
  // What shows in its frame may yet be out of sight, or covered, in the page above.
  const retries = attempt + (args.tries || 0);
  if (!args.no_scroll && (!free(point) || (args.tries > 0 && window !== top))) {
    element.scrollIntoView({ block: scrollBlocks[retries % 4], inline: retries === 0 ? 'nearest' : 'center', behavior: 'instant' });
    point = find();
  }
  if (!point) return { state: 'element has no part in the viewport' };
  if (!inViewport(point)) return { state: 'element is outside of the viewport' };
  if (free(point)) return { point };
  if (args.position && !isWithin([element.getBoundingClientRect()], point.x, point.y)) {
    const { width, height } = element.getBoundingClientRect();
    return { state: `position ${args.position.x}, ${args.position.y} is outside of the element, which is ${width} × ${height} px` };
  }
  return { state: whatCovers(element, elementAt(point.x, point.y)) };
}

// Style sheets disable what is no native control by taking its pointer events away: then nothing is in front of it.
function whatCovers(element, hit) {
  const covered = `element is covered by ${describeHit(hit, element)}`;
  if (getComputedStyle(element).pointerEvents !== 'none') return covered;
  const disabled = element.closest('.disabled');
  return disabled ? `element still disabled: ${describe(disabled)} has pointer-events: none`
    : `${covered}: it takes no pointer events itself (pointer-events: none)`;
}

async function perform(element, args, attempt) {
  switch (args.action) {
    case 'aim': {
      if (args.arm === 'tap' && !hasTouch()) {
        return { error: 'wrong_element', message: 'the page expects no touches: its context needs ContextOptions::has_touch' };
      }
      if (args.checked !== undefined) {
        const now = checkedState(element);
        if (now === null) return { error: 'wrong_element', message: `${describe(element)} can be neither checked nor unchecked` };
        lastChecked = { element, chain: args.chain };
        if (now === args.checked) return { ok: true, done: true };
        if (!args.checked && controlOf(element).type === 'radio') {
          return { error: 'wrong_element', message: 'a radio button cannot be unchecked, only another one checked' };
        }
      }
      const found = aim(element, args, attempt);
      if (!found.point) return { retry: true, state: found.state };
      if (args.arm === 'drop') awaitDrop(element, args.chain);
      else if (args.arm !== 'none') arm(args, element);
      if (args.drop_anywhere) awaitDrop(document.documentElement, []);
      return { ok: true, point: inputPoint(found.point) };
    }
    case 'fill':
      secretFields[args.secret ? 'add' : 'delete'](fillTarget(element));
      return fillElement(fillTarget(element), args.value, args.secret ? '***' : JSON.stringify(args.value));
    case 'select': return selectOptions(controlOf(element), args.options);
    case 'focus': {
      lastFocused = fillTarget(element);
      if (args.secret) secretFields.add(lastFocused);
      lastFocused.focus();
      if (args.slow) {  // someone takes the focus away: wait until that is done
        await nextFrame();
        if (!isStillFound(element, args)) return becameAnother;
      }
      const active = activeElementDeep();
      if (active !== lastFocused && !containsComposed(lastFocused, active)) {
        return { retry: true, state: `the focus stays with ${describe(active)}` };
      }
      if (args.caret === 'end' && typeof lastFocused.value === 'string' && lastFocused.setSelectionRange) {
        try {
          lastFocused.setSelectionRange(lastFocused.value.length, lastFocused.value.length);
        } catch {
          // Types such as number have no caret to place.
        }
      }
      if (args.arm) armKeys(args, lastFocused);
      return { ok: true };
    }
    case 'submit': return submitForm(element, args.once);
    case 'blur':
      element.blur();
      return { ok: true };
    case 'scroll_into_view':
      element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      return { ok: true };
    case 'scroll_to':
      element.scrollTo({ left: args.x, top: args.y, behavior: 'instant' });
      return { ok: true };
    case 'hold':
      held = element;
      return { ok: true };
    case 'hold_files': return holdFileField(controlOf(element), args);
    case 'put_files': return putFiles(args, controlOf(element));
    case 'drop': {
      const found = aim(element, args, attempt);
      return found.point ? dropOn(element, found.point, args) : { retry: true, state: found.state };
    }
    case 'select_text': return selectText(fillTarget(element));
    case 'dispatch_event':
      element.dispatchEvent(eventOf(args.type, args.init));
      return { ok: true };
    default: return { error: 'bad_action', message: `unknown action ${args.action}` };
  }
}

// Forms that were submitted since the last action began, by whatever it set off.
let submitted = new WeakSet();
listen('submit', (event) => submitted.add(event.target));

function submitForm(element, once) {
  const form = tagOf(element) === 'form' ? element : element.form || element.closest('form');
  if (!form) return { error: 'wrong_element', message: `${describe(element)} belongs to no form` };
  if (once && submitted.has(form)) return { ok: true, done: true };
  const button = element !== form && (element.type === 'submit' || element.type === 'image') ? element : null;
  const fields = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'elements').get.call(form);
  const lenient = form.noValidate || (button && button.formNoValidate);
  const wrong = lenient ? null : [...fields].find((field) => field.willValidate && !field.validity.valid);
  if (wrong) {
    return { error: 'wrong_element', message: `the form is not valid: ${describe(wrong)} says "${wrong.validationMessage}"` };
  }
  HTMLFormElement.prototype.requestSubmit.call(form, button);
  return { ok: true };
}

let held = null;
let heldAll = [];

const fillTarget = (element) => (fillKind(element) === null ? controlOf(element) : element);

let lastChecked = null;
let lastFocused = null;

// Of the element, or of the one that the page has put in its place.
function checkedNow() {
  if (!lastChecked) return {};
  const { element, chain } = lastChecked;
  const [now, ...others] = element.isConnected ? [element] : resolve(chain).elements;
  return now && others.length === 0 ? { checked: checkedState(now) } : {};
}

function focusKept() {
  const active = activeElementDeep();
  return { kept: !lastFocused || !lastFocused.isConnected || containsComposed(lastFocused, active), focused: describe(active) };
}

// Of a bundle that is asked for with `quiet_ms`: nothing is expected to change any more. What was found but is not sure
// needs less patience than what was not found.
function givesUp(args, found, quietFor) {
  const { quiet_ms: quietMs } = args.chain[args.chain.length - 1] || {};
  if (quietMs === undefined || document.readyState !== 'complete') return null;
  if (found.unsure && quietFor >= Math.min(quietMs, 100)) return 'unsure';
  return quietFor >= quietMs ? 'absent' : null;
}

// Somebody wants to know when one of these locators is visible, before anything else is done.
function shownHandler({ handlers = [] }) {
  const shown = handlers.find(({ chain }) => resolve(chain).elements.some((element) => !whyNotVisible(element)));
  return shown ? { ok: false, error: 'handler', handler: shown.index } : null;
}

// Resolves the chain until `use(element, found, attempt)` gives an answer; the frame of every action.
async function withElement(args, use) {
  const log = new CallLog();
  let state = 'no element matches';
  let seen = '';
  const wholePage = args.chain.length === 0;
  const answer = await until(args.timeout_ms, async (attempt, quietFor) => {
    const handler = shownHandler(args);
    if (handler) return handler;
    const found = wholePage ? { elements: [document.scrollingElement || document.documentElement] }
      : resolve(args.chain, args.report_closed);
    const { elements } = found;
    if (elements.length === 0) {
      if (args.report_closed && mayHideClosedRoots()) return { ok: false, error: 'closed_roots' };
      state = found.refusal || 'no element matches';
      log.add(`${state} - waiting`);
      const end = givesUp(args, found, quietFor);
      return end ? { ok: false, error: end, message: state } : undefined;
    }
    if (elements.length > 1 && args.strict !== false) return notUnique(elements, args);
    const element = elements[0];
    seen = describe(element);
    log.add(`found 1 match: ${seen}`);
    const result = await use(element, found, attempt, log);
    if (result.retry) {
      state = result.state;
      log.add(result.line || `${state} - waiting`);
      return undefined;
    }
    return { ok: !result.error, element: seen, matches: elements.length, bundle: found.bundle, ...result };
  });
  return { ...(answer || { ok: false, error: 'timeout', message: state, element: seen, around: surroundings(args) }), log: log.lines };
}

// From finding the element to acting on it nothing of the page may run: only what must hold still is waited for, and then
// looked for again.
const act = (args) => withElement(args, async (element, found, attempt) => {
  if (args.action !== 'submit') submitted = new WeakSet();
  if (mustHoldStill(element, args)) {
    if (!(await staysPut(element))) {
      return { retry: true, state: 'element keeps moving', line: wants(args, 'visible') ? 'visible, moving - waiting' : 'moving - waiting' };
    }
    if (!isStillFound(element, args)) return becameAnother;
  }
  const why = whyNotReady(element, args);
  return why ? { retry: true, ...why } : perform(element, args, attempt);
});
