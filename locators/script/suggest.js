// Locators of the public interface that find exactly one given element: what a person would write, best first.

const mostSuggested = 10;
const suggestMs = 400;  // what all suggestions of one answer may take
const longestQuoted = 60;  // characters of a name or a text that is quoted whole

const quotable = (text) => text !== '' && text.length <= longestQuoted && !/[\x00-\x1f\x7f-\x9f]/.test(text);
const quoted = (text) => JSON.stringify(text);

// A string twice: as part of other texts in any case, which reads better, and exactly.
const bothWays = (text, make) => (quotable(text) ? [make({ text, exact: false }), make({ text, exact: true })] : []);

function roleCalls(role, name) {
  const spelled = role === 'switch' ? 'switch_' : role;
  return bothWays(name, (match) => ({
    part: { role, name: match },
    call: `get_by_role(Role::${spelled}, {.name = ${quoted(match.text)}${match.exact ? ', .exact = true' : ''}})`,
  }));
}

const textCalls = (key, method, text) => bothWays(text, (match) => ({
  part: { [key]: match }, call: `${method}(${quoted(match.text)}${match.exact ? ', {.exact = true}' : ''})`,
}));

const unspokenRoles = new Set(['generic', 'presentation', 'none', 'mark']);  // mark: no Role of the interface

// {part, call} of everything that a person might find the element by, best first; most will find others too.
function ownCalls(element, testIds) {
  const attribute = (name) => foldSpace(attributeOf(element, name) || '');
  const testId = attributeOf(element, testIds) || '';
  const id = attributeOf(element, 'id') || '';
  const role = roleOf(element);
  const spoken = !unspokenRoles.has(role) && !isAriaHidden(element);
  const named = spoken ? accessibleName(element) : '';
  const labels = labelsOf(element).map((label) => foldSpace(textOf(label)));
  return [
    ...(quotable(testId) ? [{ part: { test_id: { text: testId, exact: true }, attribute: testIds },
                              call: `get_by_test_id(${quoted(testId)})` }] : []),
    ...(spoken && named ? roleCalls(role, named) : []),
    ...textCalls('placeholder', 'get_by_placeholder', attribute('placeholder')),
    ...[attribute('aria-label'), ...labels].flatMap((label) => textCalls('label', 'get_by_label', label)),
    ...textCalls('alt', 'get_by_alt_text', attribute('alt')),
    ...textCalls('text', 'get_by_text', foldSpace(textOf(element).slice(0, 4 * longestQuoted))),
    ...textCalls('title', 'get_by_title', attribute('title')),
    ...(quotable(id) && !looksGenerated(id) ? [cssCall(`#${CSS.escape(id)}`)] : []),
    ...(spoken ? [{ part: { role }, call: `get_by_role(Role::${role === 'switch' ? 'switch_' : role})` }] : []),
  ];
}

const cssCall = (css) => ({ part: { css }, call: `locator(${quoted(css)})` });

const resolvesTo = (steps, element) => {
  const found = resolveFrom([document], steps.map((step) => step.part));
  return found.length === 1 && found[0] === element;
};

// Rows and items are told apart by what they say.
function rowCalls(element) {
  const role = roleOf(element);
  const text = foldSpace(textOf(element).slice(0, 4 * longestQuoted));
  if (!/^(row|listitem|article|option|treeitem)$/.test(role) || !quotable(text)) return [];
  return [[{ part: { role }, call: `get_by_role(Role::${role})` },
           { part: { has_text: { text, exact: false } }, call: `filter_has_text(${quoted(text)})` }]];
}

// The steps to something around the element that can be found by itself, nearest first, each with what finds the element
// in there.
function throughAncestor(element, calls, testIds, end) {
  let parent = hostOrParent(element);
  for (let height = 0; parent && height < 10 && performance.now() < end; parent = hostOrParent(parent)) {
    if (parent.nodeType !== Node.ELEMENT_NODE || parent === document.body || parent === document.documentElement) continue;
    ++height;
    const outer = [...ownCalls(parent, testIds).filter(({ part }) => !part.text && (part.role === undefined || part.name)).map((call) => [call]),
                   ...rowCalls(parent)].find((steps) => resolvesTo(steps, parent));
    const inner = outer && calls.find((call) => resolvesTo([...outer, call], element));
    if (inner) return [...outer, inner];
  }
  return null;
}

// The steps of the best locator: of its own, within something around it, by its place among those like it, by a path.
function suggestedSteps(element, testIds, end) {
  const calls = ownCalls(element, testIds);
  const alone = calls.find((call) => resolvesTo([call], element));
  if (alone) return [alone];
  const around = throughAncestor(element, calls, testIds, end);
  if (around) return around;
  for (const call of calls) {
    const index = resolveFrom([document], [call.part]).indexOf(element);
    if (index >= 0) return [call, { part: { nth: index }, call: `nth(${index})` }];
  }
  const path = [...shadowPath(element), element].map((node) => cssCall(uniqueCss(node)));
  return resolvesTo(path, element) ? path : null;
}

// {shown, chain, call} of each element; those for which there is no time have no call.
function suggestions(elements, { test_id_attribute: testIds = 'data-testid' } = {}) {
  const end = performance.now() + suggestMs;
  return elements.map((element) => {
    const steps = performance.now() < end ? suggestedSteps(element, testIds, end) : null;
    if (!steps) return { shown: describe(element) };
    return { shown: describe(element), chain: steps.map((step) => step.part), call: steps.map((step) => step.call).join('.') };
  });
}
