// Chains of parts (docs/page-script.md) resolved to elements, in document order and without duplicates.

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
  const holdsWords = wordFilter(match);
  const plainPage = rootsBelow(document).length === 1 &&
    !firstIn(document, 'input[type=button],input[type=submit],input[type=reset]');
  const found = [];
  // What is silent may stand between two words.
  const holdsThem = (element) => holdsWords(plainPage ? element.textContent : textOf(element)) ||
    (plainPage && !!firstIn(element, 'script,style,noscript,template') && holdsWords(textOf(element)));
  // The smallest elements with the text: what an element does not hold its children do not hold either.
  const visit = (element) => {
    const tag = tagOf(element);
    if (silentTags.has(tag)) return false;
    if (!holdsThem(element)) return false;
    let inner = false;
    const root = plainPage ? null : shadowRootOf(element);
    for (let child = root && root.firstElementChild; child; child = child.nextElementSibling) inner = visit(child) || inner;
    for (let child = element.firstElementChild; child; child = child.nextElementSibling) inner = visit(child) || inner;
    if (inner) return true;
    const text = textOf(element);
    if (!text || !matches(text)) return false;
    found.push(element);
    return true;
  };
  const top = scope.nodeType === Node.ELEMENT_NODE ? shadowRootOf(scope) : null;
  for (const parent of top ? [top, scope] : [scope]) {
    for (let child = parent.firstElementChild; child; child = child.nextElementSibling) visit(child);
  }
  return found;
}

const ownNames = '[aria-label],[aria-labelledby],[aria-owns],[title],[alt]';
const namingTags = new Set(['input', 'select', 'textarea', 'img', 'svg', 'slot', 'meter', 'progress']);
const richContent = `${ownNames},[role],${[...namingTags].join()}`;

// Is there a shadow root in it?
function holdsRoots(element) {
  const [, ...roots] = rootsBelow(document);
  if (roots.length > 0 && !scan.aboveRoots) {
    scan.aboveRoots = new Set();
    for (const root of roots) {
      for (let node = root.host; node && !scan.aboveRoots.has(node); node = hostOrParent(node)) scan.aboveRoots.add(node);
    }
  }
  return roots.length > 0 && scan.aboveRoots.has(element);
}

// Surely not so named, found without computing the name: only its text names it, and that lacks the words.
function cannotBeNamed(element, holdsWords) {
  if (holdsWords(element.textContent)) return false;
  const tag = tagOf(element);
  if (namingTags.has(tag) || (element.hasAttributes() && matchesCss(element, ownNames)) || holdsRoots(element)) return false;
  if (mayHavePseudoText(element) || (tag === 'button' && labelsOf(element).length > 0)) return false;
  if (!element.firstElementChild) return true;
  const css = pseudoSelector(document);
  return css !== null && !firstIn(element, css ? `${richContent},${css}` : richContent);
}

function queryRole(scope, part) {
  const role = oneRole(part.role);
  if (!knownRoles.has(role)) throw new BadSelector(`"${part.role}" is not an ARIA role`);
  const named = part.name && textMatcher(part.name);
  const described = part.description && textMatcher(part.description);
  const holdsWords = part.name && rolesNamedByContent.has(role) ? wordFilter(part.name, '\\s*') : null;  // blocks stand apart without spaces
  return queryCss(scope, roleCandidates(role)).filter((element) => {
    if (holdsWords && cannotBeNamed(element, holdsWords)) return false;
    if (roleOf(element) !== role) return false;
    for (const state of ['checked', 'disabled', 'expanded', 'pressed', 'selected', 'level']) {
      if (part[state] !== undefined && ariaState(element, state) !== part[state]) return false;
    }
    if (!part.include_hidden && isAriaHidden(element)) return false;
    return (!named || named(accessibleName(element))) && (!described || described(accessibleDescription(element)));
  });
}

// By what can be found, or in its own words: labels count no more.
const isNamedByAria = (element) => referenced(element, 'aria-labelledby').length > 0 || !!(attributeOf(element, 'aria-label') || '').trim();

function queryLabel(scope, match) {
  const matches = textMatcher(match);
  const named = queryCss(scope, '[aria-label],[aria-labelledby]').filter((element) => {
    const names = referenced(element, 'aria-labelledby').map(textOf);
    return names.length > 0 ? names.some(matches) : matches(attributeOf(element, 'aria-label') || '');
  });
  // From labels to controls: the other way would search the page for each control.
  const labelled = queryCss(document, 'label').filter((label) => label.control && matches(textOf(label)))
    .map((label) => label.control)
    .filter((control) => !isNamedByAria(control) && (scope === document || containsComposed(scope, control)));
  return [...named, ...labelled];
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
  if (part.aria_ref !== undefined) return queryRef(scope, part.aria_ref);
  throw new BadSelector(`unknown part ${JSON.stringify(part)}`);
}

function filterPart(elements, part) {
  if (part.nth !== undefined) return elements.slice(part.nth, part.nth === -1 ? undefined : part.nth + 1);
  if (part.has_text) return elements.filter((e) => textMatcher(part.has_text)(textOf(e)));
  if (part.has_not_text) return elements.filter((e) => !textMatcher(part.has_not_text)(textOf(e)));
  if (part.has) return elements.filter((e) => resolveFrom([e], part.has).length > 0);
  if (part.has_not) return elements.filter((e) => resolveFrom([e], part.has_not).length === 0);
  if (part.and) {
    const others = new Set(resolveFrom([document], part.and));
    return elements.filter((e) => others.has(e));
  }
  if (part.or) return inDocumentOrder([...elements, ...resolveFrom([document], part.or)]);
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
  newScan();
  if (chain.length === 1 && chain[0].bundle) return resolveBundle(chain[0].bundle, rootsUnknown, chain[0].quiet_ms !== undefined);
  if (chain.length === 1 && chain[0].frame_owner) return { elements: frameOwners(chain[0].frame_owner) };
  return { elements: resolveFrom([document], chain) };
}
