// CSS as tests write it: combinators go on in shadow trees, the scope and what is above it are no part of a match (but for
// `:scope`), and there are pseudo-classes of our own, Playwright's. What the browser's engine finds alike is left to it.

const ownPseudos = /:(visible|has-text|text|text-is|text-matches|nth-match|left-of|right-of|above|below|near)(?![\w-])/;
const layoutPseudos = /^(left-of|right-of|above|below|near)$/;
const listPseudos = /^(is|where|not|has)$/;
const parsedCss = new Map();

// The place after what begins at `at`: a character, an escape, a text, or all that a bracket holds.
function cssTokenEnd(css, at) {
  const first = css[at];
  if (first === '\\') return at + /^\\([0-9a-f]{1,6}\s?|[^]?)/i.exec(css.slice(at, at + 8))[0].length;
  const text = first === '"' || first === "'";
  const last = text ? first : { '(': ')', '[': ']' }[first];
  if (!last) return at + 1;
  for (let i = at + 1; i < css.length; i = text && css[i] !== '\\' ? i + 1 : cssTokenEnd(css, i)) {
    if (css[i] === last) return i + 1;
  }
  throw new BadSelector(`"${css}" is not a CSS selector: ${first} at ${at} has no end`);
}

function splitAtCommas(css) {
  const items = [];
  let begin = 0;
  for (let i = 0; i < css.length; i = cssTokenEnd(css, i)) {
    if (css[i] !== ',') continue;
    items.push(css.slice(begin, i).trim());
    begin = i + 1;
  }
  return [...items, css.slice(begin).trim()];
}

function cssText(css, pseudo) {
  const quoted = css.match(/^\s*(["'])(.*)\1\s*$/s);
  if (!quoted) throw new BadSelector(`":${pseudo}(${css})": expected a text in quotes, as :${pseudo}("Save")`);
  return quoted[2].replace(/\\(?:([0-9a-f]{1,6})\s?|(.))/gis, (_, code, character) => (code ? String.fromCodePoint(parseInt(code, 16)) : character));
}

// The smallest elements with such a text.
function holdsTextItself(element, matches) {
  if (!matches(textOf(element))) return false;
  for (const parent of [shadowRootOf(element), element]) {
    for (let child = parent && firstElementOf(parent); child; child = nextElementOf(child)) if (matches(textOf(child))) return false;
  }
  return true;
}

// Runs of text that are the element's own, not its children's.
function ownTexts(element) {
  const runs = [];
  let open = false;
  for (let node = firstChildOf(element); node; node = nextSiblingOf(node)) {
    if (node.nodeType === Node.TEXT_NODE) runs.push((open ? runs.pop() : '') + node.nodeValue);
    open = node.nodeType === Node.TEXT_NODE || (open && node.nodeType === Node.COMMENT_NODE);
  }
  return tagOf(element) === 'input' ? [textOf(element)] : runs.map(foldSpace);
}

// Asked for each element that might be one of them, and found once per probe.
function elementsInOrder(scope, list) {
  if (!scan.lists.has(list)) scan.lists.set(list, new Map());
  const byScope = scan.lists.get(list);
  if (!byScope.has(scope)) byScope.set(scope, inDocumentOrder(queryParsedCss(scope, list)));
  return byScope.get(scope);
}

// What a pseudo-class asks of an element. Null: the browser's engine knows it.
function pseudoCheck(name, inner) {
  const speaks = (element) => !silentTags.has(tagOf(element));
  switch (name) {
    case 'scope': return (element, scope) => element === (scope.nodeType === Node.ELEMENT_NODE ? scope : document.documentElement);
    case 'visible': return (element) => !whyNotVisible(element);
    case 'has-text':
    case 'text': {
      const matches = textMatcher({ text: cssText(inner, name) });
      return name === 'text' ? (element) => speaks(element) && holdsTextItself(element, matches)
        : (element) => speaks(element) && matches(textOf(element));
    }
    case 'text-is': {
      const text = foldSpace(cssText(inner, name));
      return (element) => speaks(element) && ownTexts(element).includes(text);
    }
    case 'text-matches': {
      const [source, flags] = splitAtCommas(inner).map((item) => cssText(item, name));
      const matches = textMatcher({ regex: source, flags });
      return (element) => speaks(element) && holdsTextItself(element, matches);
    }
    case 'nth-match': {
      const items = splitAtCommas(inner);
      const number = Number(items.pop());
      if (items.length === 0 || !Number.isInteger(number) || number < 1) {
        throw new BadSelector(`":nth-match(${inner})": expected a selector and a number from 1, as :nth-match(li, 2)`);
      }
      const wanted = parseCss(items.join());
      return (element, scope) => elementsInOrder(scope, wanted)[number - 1] === element;
    }
    default:
  }
  if (layoutPseudos.test(name)) throw new BadSelector(`":${name}()": there are no selectors by layout; use filter_has() or a relation of the page`);
  if (!listPseudos.test(name)) return null;
  const list = parseCss(inner);
  if (name === 'has') return (element) => queryParsedCss(element, list).length > 0;
  const any = (element, scope) => list.some((complex) => matchesComplex(element, complex, complex.length - 1, scope));
  return name === 'not' ? (element, scope) => !any(element, scope) : any;
}

// One step of a way: { combinator: how it is reached from the one before, native: for the browser's engine, checks,
// atScope: it is the scope itself }.
function parseCompound(css, combinator) {
  const step = { combinator, native: '', checks: [], atScope: false };
  for (let i = 0; i < css.length;) {
    let end = cssTokenEnd(css, i);
    const pseudo = css[i] === ':' && css[i + 1] !== ':' && css[i - 1] !== ':' && /^[\w-]+/.exec(css.slice(i + 1));
    if (pseudo) {
      end = i + 1 + pseudo[0].length;
      const after = css[end] === '(' ? cssTokenEnd(css, end) : end;
      const check = pseudoCheck(pseudo[0].toLowerCase(), after > end ? css.slice(end + 1, after - 1) : '');
      if (check) step.checks.push(check);
      else step.native += css.slice(i, after);
      step.atScope ||= pseudo[0] === 'scope';
      i = after;
      continue;
    }
    step.native += css.slice(i, end);
    i = end;
  }
  step.native ||= '*';
  return step;
}

// "ul > li:visible" as two steps; begins with a combinator: from the scope itself.
function parseComplex(css) {
  if (css === '') throw new BadSelector('an empty selector');
  const steps = [];
  let combinator = '';
  let compound = '';
  const close = () => {
    if (compound) steps.push(parseCompound(compound, combinator || (steps.length > 0 ? ' ' : '')));
    compound = '';
  };
  for (let i = 0; i < css.length;) {
    const end = cssTokenEnd(css, i);
    if (/[\s>+~]/.test(css[i])) {
      if (compound) {
        close();
        combinator = '';
      }
      if (/[>+~]/.test(css[i])) {
        if (combinator) throw new BadSelector(`"${css}" is not a CSS selector: ${combinator} before ${css[i]}`);
        combinator = css[i];
      }
    } else {
      compound += css.slice(i, end);
    }
    i = end;
  }
  if (!compound) throw new BadSelector(`"${css}" is not a CSS selector: nothing after ${combinator}`);
  close();
  if (steps[0].combinator) steps.unshift(parseCompound(':scope', ''));
  return steps;
}

function parseCss(css) {
  let parsed = parsedCss.get(css);
  if (!parsed) {
    parsed = splitAtCommas(css).map(parseComplex);
    if (parsedCss.size > 200) parsedCss.clear();
    parsedCss.set(css, parsed);
  }
  return parsed;
}

const previousElementOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Element.prototype, 'previousElementSibling').get);

// The element above, a shadow root's host too; none above the scope.
function elementAbove(element, scope) {
  if (element === scope) return null;
  const parent = parentNodeOf(element);
  if (parent instanceof ShadowRoot) return parent === scope ? null : parent.host;
  return parent && parent.nodeType === Node.ELEMENT_NODE ? parent : null;
}

// Do the steps up to `last` lead to the element, which is the one of step `last`? Null: nor to any that begins farther up,
// since all ancestors have been asked.
function matchesComplex(element, steps, last, scope) {
  const step = steps[last];
  if (!matchesCss(element, step.native) || !step.checks.every((check) => check(element, scope))) return false;
  if (last === 0) return true;
  const far = step.combinator === ' ' || step.combinator === '~';
  const next = /[ >]/.test(step.combinator) ? elementAbove : previousElementOf;
  for (let other = next(element, scope); other; other = next(other, scope)) {
    if (other === scope && !steps[last - 1].atScope) break;
    const led = matchesComplex(other, steps, last - 1, scope);
    if (led !== false) return led;
    if (!far) return false;
  }
  return step.combinator === ' ' ? null : false;
}

function queryParsedCss(scope, list) {
  const found = new Set();
  for (const steps of list) {
    const { native } = steps[steps.length - 1];
    const leadsOut = steps[0].atScope && scope.nodeType === Node.ELEMENT_NODE && steps.length > 1 && /[+~]/.test(steps[1].combinator);
    for (const root of rootsBelow(scope)) {
      for (const element of allIn(root, native)) {
        if (!found.has(element) && matchesComplex(element, steps, steps.length - 1, scope)) found.add(element);
      }
    }
    for (let next = leadsOut && nextElementOf(scope); next; next = nextElementOf(next)) {
      const beside = [next, ...allIn(next, '*')];
      for (const element of beside) if (matchesComplex(element, steps, steps.length - 1, scope)) found.add(element);
    }
  }
  return [...found];
}

// Elements below `scope`, in no order.
function queryCss(scope, css) {
  const roots = rootsBelow(scope);
  const ours = ownPseudos.test(css) ||
    ((scope !== document || roots.length > 1) && /^\s*[>+~]|[^\s,][\s>+~]|:has\(/.test(css));
  try {
    if (ours) return queryParsedCss(scope, parseCss(css));
    return roots.length === 1 ? [...allIn(roots[0], css)] : roots.flatMap((root) => [...allIn(root, css)]);
  } catch (error) {
    if (error instanceof BadSelector) throw error;
    throw new BadSelector(`"${css}" is not a CSS selector`);
  }
}
