// Putting a value into a field, with the events of a person's input.

const setterOf = (element) => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value').set;

function fire(element, ...types) {
  for (const type of types) element.dispatchEvent(new Event(type, { bubbles: true, composed: type === 'input' }));
}

function selectAll(element, kind) {
  if (kind === 'content') {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  } else {
    element.select();
  }
}

function selectText(element) {
  const kind = fillKind(element);
  const isField = /^(input|textarea)$/.test(tagOf(element));
  selectAll(element, isField ? kind : 'content');
  if (isField || kind === 'content') element.focus({ preventScroll: true });
  return { ok: true };
}

const lines = (text) => text.replace(/\r\n?/g, '\n');
const lettersOnly = (text) => text.replace(/[^\p{L}\p{N}]/gu, '');

// → {ok: true} or an error. `shown` stands for the value in messages.
function fillElement(element, value, shown) {
  const kind = fillKind(element);
  if (kind === null) {
    const type = tagOf(element) === 'input' ? `<input type="${element.type}">` : `<${tagOf(element)}>`;
    return { error: 'wrong_element', message: `${type} cannot be filled: it takes no text` };
  }
  if (kind === 'set') return setValue(element, value, shown);
  if (element.type === 'number' && value !== '' && Number.isNaN(Number(value))) {
    return { error: 'wrong_value', message: `${shown} is not a number, and the field takes nothing else` };
  }
  element.focus();
  const active = activeElementDeep();
  if (active !== element && !containsComposed(element, active)) {
    return { retry: true, state: `the focus went to ${describe(active)} instead` };
  }
  selectAll(element, kind);
  const text = lines(value);
  // The editing command makes the trusted beforeinput and input events of real typing.
  if (text === '') {
    if (kind === 'content' ? element.textContent !== '' : element.value !== '') document.execCommand('delete');
  } else {
    document.execCommand('insertText', false, text);
  }
  return verifyValue(element, kind, text, shown);
}

function verifyValue(element, kind, text, shown) {
  const now = lines(kind === 'content' ? element.innerText.replace(/\n$/, '') : element.value);
  const alike = now === text || (element.type === 'number' && Number(now) === Number(text)) ||
    (kind === 'content' && foldSpace(now) === foldSpace(text)) ||
    (lettersOnly(now) === lettersOnly(text) && lettersOnly(text) !== '') || (/^(email|url)$/.test(element.type) && now === text.trim());
  if (alike) return { ok: true };
  const received = shown === '***' ? 'another value' : JSON.stringify(now);
  return { error: 'value_mismatch', dispatched: true, message: `the field holds ${received} after filling in ${shown}` };
}

function setValue(element, value, shown) {
  const text = element.type === 'color' ? value.toLowerCase() : value.trim();
  element.focus();
  setterOf(element).call(element, text);
  if (element.value !== text && !(element.type === 'range' && Number(element.value) === Number(text))) {
    const form = { date: 'yyyy-mm-dd', time: 'hh:mm', month: 'yyyy-mm', week: 'yyyy-Www', 'datetime-local': 'yyyy-mm-ddThh:mm',
                   color: '#rrggbb', range: `a number from ${element.min || 0} to ${element.max || 100}` }[element.type];
    return { error: 'wrong_value', dispatched: true, message: `${shown} is not a valid ${element.type} (expected ${form})` };
  }
  fire(element, 'input', 'change');
  return { ok: true };
}

// → {ok, selected}, an error, or {retry}: an option is not there yet.
function selectOptions(element, wanted) {
  if (tagOf(element) !== 'select') {
    return { error: 'wrong_element', message: `<${tagOf(element)}> is no <select>` };
  }
  const options = [...element.options];
  const fits = (option, want) => (want.value === undefined || option.value === want.value) &&
    (want.label === undefined || foldSpace(option.label) === foldSpace(want.label)) &&
    (want.index === undefined || option.index === want.index);
  const chosen = [];
  for (const want of wanted) {
    const option = want.any === undefined ? options.find((o) => fits(o, want))
      : options.find((o) => o.value === want.any) || options.find((o) => foldSpace(o.label) === foldSpace(want.any));
    const shown = JSON.stringify(want.any ?? want.value ?? want.label ?? want.index);
    if (!option) {
      const offered = options.slice(0, 8).map((o) => JSON.stringify(foldSpace(o.label))).join(', ');
      return { retry: true, state: `it has no option ${shown} (it offers ${offered}${options.length > 8 ? ', …' : ''})` };
    }
    if (isDisabled(option)) return { retry: true, state: `its option ${shown} is disabled` };
    chosen.push(option);
    if (!element.multiple) break;
  }
  const before = options.map((o) => o.selected).join();
  element.focus();
  for (const option of options) option.selected = chosen.includes(option);
  if (options.map((o) => o.selected).join() !== before) fire(element, 'input', 'change');
  const selected = [...element.selectedOptions].map((o) => o.value);
  if (!chosen.every((o) => selected.includes(o.value))) {
    return { error: 'value_mismatch', dispatched: true, message: `the page changed the selection back to ${JSON.stringify(selected)}` };
  }
  return { ok: true, selected };
}
