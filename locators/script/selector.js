// Chains of parts (docs/page-script.md) resolved to elements, in document order and without duplicates.

class BadSelector extends Error {}

function queryCss(scope, css) {
  const found = [];
  for (const root of rootsBelow(scope)) {
    try {
      found.push(...root.querySelectorAll(css));
    } catch {
      throw new BadSelector(`"${css}" is not a CSS selector`);
    }
  }
  return found;
}

function queryXpath(scope, xpath) {
  const found = [];
  const collect = (path, context) => {
    try {
      const result = document.evaluate(path, context, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
      for (let i = 0; i < result.snapshotLength; ++i) {
        const node = result.snapshotItem(i);
        if (node.nodeType === Node.ELEMENT_NODE) found.push(node);
      }
    } catch {
      throw new BadSelector(`"${xpath}" is not an XPath expression`);
    }
  };
  if (scope instanceof ShadowRoot) {
    // XPath knows no shadow roots: ask each element at the top of this one.
    const path = xpath.replace(/^\/\/?/, 'descendant-or-self::');
    for (const child of scope.children) collect(path, child);
  } else {
    collect(scope.nodeType === Node.ELEMENT_NODE && xpath.startsWith('/') ? `.${xpath}` : xpath, scope);
  }
  return found;
}

function queryText(scope, match) {
  const matches = textMatcher(match);
  const filter = wordFilter(match);
  const found = [];
  let speakingInputs = false;  // buttons made of <input>: text that no text node holds
  const visit = (element) => {
    if (silentTags.has(tagOf(element))) return false;
    if (tagOf(element) === 'input') {
      if (!matches(textOf(element)) || !textOf(element)) return false;
      found.push(element);
      return true;
    }
    let inner = false;
    const plain = !element.firstElementChild;
    if (!filter(element.textContent) && (plain || !speakingInputs || !element.querySelector('input'))) return false;
    if (!plain) for (const child of element.children) inner = visit(child) || inner;
    if (inner) return true;
    if (!matches(textOf(element))) return false;
    found.push(element);
    return true;
  };
  for (const root of rootsBelow(scope)) {
    speakingInputs = !!root.querySelector('input[type=button],input[type=submit],input[type=reset]');
    for (const child of root.children) visit(child);
  }
  return found;
}

// Whether a name can come from anywhere but the text: then it must be computed to be known.
const mayBeNamedOtherwise = (element) =>
  !!element.firstElementChild || tagOf(element) === 'input' || hasOwnName(element) || element.hasAttribute('title');

function queryRole(scope, part) {
  const candidates = queryCss(scope, roleCandidates(part.role));
  // Names take style to compute. Elements whose only text lacks a word of the name are looked at only when no other
  // element matches: then a style may have added the text.
  const filter = part.name && rolesNamedByContent.has(part.role) ? wordFilter(part.name) : () => true;
  const likely = candidates.filter((e) => mayBeNamedOtherwise(e) || filter(e.textContent));
  const found = filterRole(likely, part);
  return found.length > 0 || likely.length === candidates.length ? found : filterRole(candidates, part);
}

function filterRole(candidates, part) {
  const named = part.name && textMatcher(part.name);
  const described = part.description && textMatcher(part.description);
  return candidates.filter((element) => {
    if (roleOf(element) !== part.role) return false;
    for (const state of ['checked', 'disabled', 'expanded', 'pressed', 'selected', 'level']) {
      if (part[state] !== undefined && ariaState(element, state) !== part[state]) return false;
    }
    if (named && !named(accessibleName(element))) return false;
    if (described && !described(accessibleDescription(element))) return false;
    return part.include_hidden || !isAriaHidden(element);
  });
}

function queryLabel(scope, match) {
  const matches = textMatcher(match);
  return queryCss(scope, 'input,textarea,select,button,meter,output,progress,[aria-label],[aria-labelledby],[contenteditable]')
    .filter((element) => {
      if (hasOwnName(element)) {
        const names = referenced(element, 'aria-labelledby').map(textOf);
        return names.length > 0 ? names.some(matches) : matches(attributeOf(element, 'aria-label') || '');
      }
      return !!element.labels && [...element.labels].some((label) => matches(textOf(label)));
    });
}

function queryAttribute(scope, name, match, tags = '') {
  const matches = textMatcher(match);
  return queryCss(scope, `${tags}[${CSS.escape(name)}]`).filter((e) => matches(attributeOf(e, name)));
}

function frameOwners(entry) {
  const frames = queryCss(document, 'iframe,frame');
  const css = entry.css && new Set(queryCss(document, entry.css));
  const xpath = entry.xpath && new Set(queryXpath(document, entry.xpath));
  const fits = (frame) => (!css || css.has(frame)) && (!xpath || xpath.has(frame)) &&
    (entry.id === undefined || attributeOf(frame, 'id') === entry.id) &&
    (entry.name === undefined || attributeOf(frame, 'name') === entry.name) &&
    (entry.src === undefined || frame.src === entry.src || attributeOf(frame, 'src') === entry.src);
  const named = entry.css || entry.xpath || entry.id !== undefined || entry.name !== undefined || entry.src !== undefined;
  if (!named) return entry.index === undefined ? frames : frames.slice(entry.index, entry.index + 1);
  const fitting = frames.filter(fits);
  return fitting.length > 1 && entry.index !== undefined ? fitting.filter((f) => frames[entry.index] === f) : fitting;
}

// One part applied to one scope (a document or an element).
function queryPart(scope, part) {
  if (part.css !== undefined) return queryCss(scope, part.css);
  if (part.xpath !== undefined) return queryXpath(scope, part.xpath);
  if (part.role !== undefined) return queryRole(scope, part);
  if (part.text !== undefined) return queryText(scope, part.text);
  if (part.label !== undefined) return queryLabel(scope, part.label);
  if (part.placeholder !== undefined) return queryAttribute(scope, 'placeholder', part.placeholder);
  if (part.alt !== undefined) return queryAttribute(scope, 'alt', part.alt);
  if (part.title !== undefined) return queryAttribute(scope, 'title', part.title);
  if (part.test_id !== undefined) return queryAttribute(scope, part.attribute, part.test_id);
  throw new BadSelector(`unknown part ${JSON.stringify(part)}`);
}

function filterPart(elements, part) {
  if (part.nth !== undefined) return elements.slice(part.nth, part.nth === -1 ? undefined : part.nth + 1);
  if (part.has_text) return elements.filter((e) => textMatcher(part.has_text)(textOf(e)));
  if (part.has_not_text) return elements.filter((e) => !textMatcher(part.has_not_text)(textOf(e)));
  if (part.has) return elements.filter((e) => resolveFrom([e], part.has).length > 0);
  if (part.has_not) return elements.filter((e) => resolveFrom([e], part.has_not).length === 0);
  if (part.visible !== undefined) return elements.filter((e) => !whyNotVisible(e) === part.visible);
  return null;
}

function resolveFrom(scopes, chain) {
  let current = scopes;
  for (const part of chain) {
    const filtered = filterPart(current, part);
    current = filtered || inDocumentOrder(current.flatMap((scope) => queryPart(scope, part)));
  }
  return current;
}

// `found.bundle` tells how a bundle was decided; `found.refusal` why none of its candidates is the element.
// `rootsUnknown`: closed shadow roots may not have been adopted yet.
function resolve(chain, rootsUnknown) {
  if (chain.length === 1 && chain[0].bundle) return resolveBundle(chain[0].bundle, rootsUnknown);
  if (chain.length === 1 && chain[0].frame_owner) return { elements: frameOwners(chain[0].frame_owner) };
  return { elements: resolveFrom([document], chain) };
}
