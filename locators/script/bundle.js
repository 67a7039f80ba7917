// A recorded bundle against a page: every clue points to candidates, every candidate is judged by all clues.
//
// A clue that finds *an* element has not found *the* element: an id may have moved to another control. So the winner
// must agree with the bundle as a whole, and be clearly ahead of the next.

const testIdNames = ['data-testid', 'data-test-id', 'data-test', 'data-qa', 'data-cy'];
const leastScore = 0.6;     // below, the candidate is another element that happens to share something
const leastLead = 0.05;     // ahead of the runner-up, unless place in the document decides between twins
const sureScore = 0.85;     // at this agreement the slower clues (names, texts) need not be searched
const mostCandidates = 50;
const leastSurroundings = 0.6;  // of the words around it

const looksGenerated = (text) => /[=+$%{}]|\d{4,}|[0-9a-f]{8,}|^(ember|react|mui|radix|ext|yui|gwt)[-_:]?\w*\d|^:r\w+:$/i.test(text);

const stableClasses = (text) => (text || '').split(/\s+/).filter((c) => c && !looksGenerated(c) && !/^(css|sc|jss)-/.test(c));

// Each clue: name, weight, how to find candidates by it (null: not searched), agreement of one element (0-1). What is not
// found by a clue of `exclusives` does not agree with it either.
function cluesOf(bundle, scope) {
  const clues = [];
  const add = (name, weight, find, agree) => clues.push({ name, weight, find, agree });
  const data = bundle.data_attrs || [];
  for (const [name, value] of data) {
    const equals = (e) => (attributeOf(e, name) === value ? 1 : 0);
    if (testIdNames.includes(name)) {
      add('data-testid', 10, () => queryCss(scope, `[${CSS.escape(name)}=${JSON.stringify(value)}]`), equals);
    } else if (value && !looksGenerated(value)) {
      add('data', 2, null, equals);
    }
  }
  if (bundle.id) {
    add('id', looksGenerated(bundle.id) ? 1 : 8, () => queryCss(scope, `#${CSS.escape(bundle.id)}`),
      (e) => (attributeOf(e, 'id') === bundle.id ? 1 : 0));
  }
  if (bundle.name) {
    add('name', 6, () => queryCss(scope, `[name=${JSON.stringify(bundle.name)}]`),
      (e) => (attributeOf(e, 'name') === bundle.name ? 1 : 0));
  }
  if (bundle.aria) {
    add('aria', 6, () => queryCss(scope, `[aria-label=${JSON.stringify(bundle.aria)}]`),
      (e) => nameLikeness(e, bundle.aria));
  }
  if (bundle.placeholder) {
    add('placeholder', 4, () => queryCss(scope, `[placeholder=${JSON.stringify(bundle.placeholder)}]`),
      (e) => likeness(attributeOf(e, 'placeholder') || '', bundle.placeholder));
  }
  for (const [name, query] of [['css', queryCss], ['xpath', queryXpath]]) {
    if (!bundle[name]) continue;
    let found = [];
    try {
      found = query(scope, bundle[name]);
    } catch (error) {
      if (!(error instanceof BadSelector)) throw error;
    }
    add(name, 3, () => found, (e) => (found.includes(e) ? 1 : 0));
  }
  const classes = stableClasses(bundle.class_name);
  if (classes.length > 0) {
    add('class', 2, () => queryCss(scope, classes.map((c) => `.${CSS.escape(c)}`).join('')),
      (e) => classes.filter((c) => e.classList.contains(c)).length / classes.length);
  }
  if (bundle.role) add('role', 2, null, (e) => (roleOf(e) === bundle.role ? 1 : 0));
  if (bundle.visible_text) {
    add('text', 6, null, (e) => textLikeness(e, bundle.visible_text));
  }
  if (bundle.tag) add('tag', 4, null, (e) => (tagOf(e) === bundle.tag.toLowerCase() ? 1 : 0));
  if (bundle.input_type && bundle.tag === 'input') {
    add('type', 3, null, (e) => (e.type === bundle.input_type || attributeOf(e, 'type') === bundle.input_type ? 1 : 0));
  }
  if (bundle.bounding) add('position', 2, null, (e) => nearness(e, bundle.bounding));
  return clues;
}

// A name asks CSS about every part of it. Where labels give it, and their words are the recorded ones, it is not computed.
function nameLikeness(element, name) {
  const own = attributeOf(element, 'aria-label') || '';
  const alike = likeness(own, name);
  if (alike === 1) return 1;
  const byLabels = !own.trim() && !attributeOf(element, 'aria-labelledby');
  if (byLabels && likeness(labelsOf(element).map(textOf).join(' '), name) === 1) return 1;
  return Math.max(alike, likeness(accessibleName(element), name));
}

// Recorders note the text as the tree holds it, or as a person sees it (so do fingerprints): where lines break, and without
// what is hidden. The latter asks for a layout, hence only in case of doubt.
function textLikeness(element, text) {
  const alike = likeness(textOf(element), text);
  return alike >= 0.9 ? alike : Math.max(alike, likeness(shownText(element), text));
}

// 1 at the recorded place, 0 from 200 px away. Recorders differ in what the box is relative to: the nearer one counts.
function nearness(element, box) {
  const now = element.getBoundingClientRect();
  const away = (dx, dy) => Math.hypot(now.left + dx - box.left, now.top + dy - box.top);
  return Math.max(0, 1 - Math.min(away(0, 0), away(scrollX, scrollY)) / 200);
}

// Clues by what an element *means*. When they are known and all speak against a candidate, one id does not outweigh them.
const meanings = new Set(['aria', 'text', 'placeholder', 'name']);
const identities = new Set(['data-testid', 'id', 'name']);
const exclusives = new Set([...identities, 'css', 'xpath']);

function judge(element, clues) {
  let got = 0;
  let most = 0;
  const agreed = [];
  const disagreed = [];
  let meaning = 0;
  let means = 0;
  const same = new Set();
  for (const clue of clues) {
    const part = clue.agree(element);
    got += clue.weight * part;
    most += clue.weight;
    (part >= 0.5 ? agreed : disagreed).push(clue.name);
    if (meanings.has(clue.name)) {
      ++means;
      meaning = Math.max(meaning, part);
    }
    if (part === 1 && identities.has(clue.name)) same.add(clue.name);
  }
  const contradicted = means > 0 && meaning === 0 && same.size < 2;
  return { element, score: most > 0 ? got / most : 0, agreed, disagreed, contradicted };
}

// The innermost recorded shadow root; null when it is not there (or closed and not known yet).
function shadowScope(bundle) {
  let scope = document;
  for (const host of bundle.shadow_hosts || []) {
    const found = host.css || host.id || host.xpath || host.name !== undefined
      ? (host.css && queryCss(scope, host.css)) || (host.id && queryCss(scope, `#${CSS.escape(host.id)}`)) ||
        (host.xpath && queryXpath(scope, host.xpath)) || queryCss(scope, `[name=${JSON.stringify(host.name)}]`)
      : queryCss(scope, '*').filter(shadowRootOf).slice(host.index, host.index + 1);
    const inner = found.map(shadowRootOf).find(Boolean);
    if (!inner) return null;
    scope = inner;
  }
  return scope;
}

// `scrutinise`: someone stands by who can look closer; what is not sure is left to them.
function resolveBundle(bundle, rootsUnknown, scrutinise = false) {
  const inner = shadowScope(bundle);
  if (!inner && rootsUnknown && mayHideClosedRoots()) return { elements: [] };
  const scope = inner || document;  // the host has changed: look everywhere
  const clues = cluesOf(bundle, scope);
  const judged = new Map();
  const consider = (elements) => {
    for (const element of elements.slice(0, mostCandidates)) {
      if (judged.size < mostCandidates && !judged.has(element)) judged.set(element, judge(element, clues));
    }
  };
  const best = () => [...judged.values()].sort((a, b) => b.score - a.score);
  const all = clues.reduce((sum, clue) => sum + clue.weight, 0);
  let open = all;  // what an element that was not found yet may have in its favour
  for (const clue of clues) {
    if (!clue.find) continue;
    consider(clue.find());
    if (exclusives.has(clue.name)) open -= clue.weight;
    const [first] = judged.values();
    if (judged.size === 1 && first.score >= sureScore && !first.contradicted && first.score - open / all >= leastLead) break;
  }
  if (!(best()[0] && best()[0].score >= sureScore)) {
    const name = bundle.aria || bundle.visible_text || bundle.label;
    if (bundle.visible_text) consider(queryText(scope, { text: bundle.visible_text, exact: true }));
    if (bundle.aria) consider(queryLabel(scope, { text: bundle.aria, exact: true }));
    if (name && bundle.tag) {
      consider(queryCss(scope, CSS.escape(bundle.tag)).filter((e) => likeness(accessibleName(e), name) >= 0.6));
    }
    if (bundle.bounding && judged.size === 0) {
      const { left, top, width, height } = bundle.bounding;
      const at = elementAt(left + width / 2, top + height / 2);
      if (at) consider([at]);
    }
  }
  const decided = decide(best(), clues);
  if (!scrutinise || decided.elements.length === 0) return decided;
  const doubt = doubtOf(decided, bundle);
  return doubt ? { elements: [], unsure: true, refusal: `${describe(decided.elements[0])} ${doubt}` } : decided;
}

// Other elements of the page that a script could not tell from this one by themselves.
function twinsOf(element) {
  const text = foldSpace(textOf(element));
  const label = attributeOf(element, 'aria-label');
  const css = CSS.escape(tagOf(element)) + (label ? `[aria-label=${JSON.stringify(label)}]` : '');
  return queryCss(document, css).filter((other) => other !== element && foldSpace(textOf(other)) === text && !whyNotVisible(other));
}

// Why an element that agrees with the bundle may yet be another one; null: no reason.
function doubtOf({ elements: [element], bundle: decision }, bundle) {
  if (decision.agreed.filter((clue) => identities.has(clue)).length > 1) return null;
  if (decision.score < sureScore) {
    return `agrees with only ${Math.round(decision.score * 100)} % of the bundle (against it: ${decision.disagreed.join(', ')})`;
  }
  // Of what bears no name its data tell which is which: swatches, stars, cells.
  const named = decision.agreed.some((clue) => identities.has(clue) || clue === 'text' || clue === 'aria');
  if (!named && decision.disagreed.includes('data')) return 'has other data than the recorded one';
  const contradiction = contradictionOf(element, bundle);
  if (contradiction) return contradiction;
  // A row that goes leaves its place to the next one, which looks the same: what stands around it tells them apart.
  const nameless = bundle.known_as === '' && !bundle.icon;
  if (!(bundle.near || nameless) || decision.agreed.some((clue) => identities.has(clue))) return null;
  const twins = twinsOf(element);
  if (twins.length === 0) return null;
  const before = wordsOf(bundle.near);
  const surroundings = (node) => {
    const now = wordsOf(neighbourText(node, node.getBoundingClientRect()));
    const shared = countShared(before, now);
    return shared / Math.max(before.size + now.size - shared, 1);
  };
  const own = surroundings(element);
  if (bundle.near && own < leastSurroundings) return 'stands among other texts than the recorded one';
  return nameless && twins.some((twin) => surroundings(twin) >= own) ? 'has no name, and others like it stand among the same texts' : null;
}

const wordsOf = (text) => new Set((text || '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean));

function countShared(a, b) {
  let shared = 0;
  for (const word of a) if (b.has(word)) ++shared;
  return shared;
}

// What is known of the recorded element and is not so here.
function contradictionOf(element, { icon, known_as: knownAs }) {
  if (icon && countShared(wordsOf(icon), wordsOf(iconOf(element))) === 0) return 'shows another icon than the recorded one';
  if (!knownAs) return null;
  const names = [shownText(element), labelText(element), accessibleName(element),
                 ...['aria-label', 'alt', 'title', 'placeholder'].map((name) => attributeOf(element, name) || '')].join(' ');
  return countShared(wordsOf(knownAs), wordsOf(names)) === 0 ? 'has another name than the recorded one' : null;
}

function decide(ranking, clues) {
  if (ranking.length === 0) return { elements: [], refusal: 'no element matches any clue of the bundle' };
  const [first, second] = ranking;
  const percent = (value) => `${Math.round(value * 100)} %`;
  if (first.score < leastScore) {
    return { elements: [], refusal: `the nearest element, ${describe(first.element)}, agrees with only ` +
      `${percent(first.score)} of the bundle (needed: ${percent(leastScore)}; against it: ${first.disagreed.join(', ')})` };
  }
  if (first.contradicted) {
    return { elements: [], refusal: `${describe(first.element)} has the recorded ${first.agreed[0]}, but its name and text ` +
      `are another element's (against it: ${first.disagreed.join(', ')})` };
  }
  if (second && first.score - second.score < leastLead) {
    const placed = (j, clue) => j.agreed.includes(clue);
    const decided = ['xpath', 'css', 'position'].some((clue) => placed(first, clue) && !placed(second, clue));
    if (!decided) {
      return { elements: [], refusal: `two elements fit the bundle equally well (${percent(first.score)} and ` +
        `${percent(second.score)}): ${describe(first.element)} and ${describe(second.element)}` };
    }
  }
  const order = ['data-testid', 'id', 'name', 'aria', 'role', 'placeholder', 'css', 'xpath', 'class', 'text', 'position'];
  const strategy = order.find((name) => first.agreed.includes(name)) || 'tag';
  return {
    elements: [first.element],
    bundle: { strategy, score: first.score, runner_up: second ? second.score : 0, agreed: first.agreed,
              disagreed: first.disagreed, known: clues.length, selector: shortSelector(first.element) },
  };
}

function shortSelector(element) {
  const id = attributeOf(element, 'id');
  if (id) return `#${CSS.escape(id)}`;
  for (const name of testIdNames) {
    const value = attributeOf(element, name);
    if (value) return `[${name}="${value}"]`;
  }
  const name = attributeOf(element, 'name');
  return name ? `${tagOf(element)}[name="${name}"]` : tagOf(element);
}
