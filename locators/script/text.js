// Text as a person reads it, and what it is compared with.

class BadSelector extends Error {}

// Most texts are folded already, and asking is much cheaper than replacing.
const unfolded = /[\u200b\u00ad]|[^\S ]|^ |  | $/;
const foldSpace = (text) => (unfolded.test(text) ? text.replace(/[\u200b\u00ad]/g, '').replace(/\s+/g, ' ').trim() : text);

// {text, exact?, contains?, ignore_case?} or {regex, flags} → a predicate. Not exact: any part, any case. Exact: the whole
// text; with `contains`, a part; in this case unless told otherwise. `read` is what both sides go through first: by default whitespace is folded.
function textMatcher(match, read = foldSpace) {
  if (match.regex !== undefined) {
    let regex;
    try {
      regex = new RegExp(match.regex, (match.flags || '').replace(/[gy]/g, ''));
    } catch {
      throw new BadSelector(`/${match.regex}/ is not a regular expression`);
    }
    return (text) => regex.test(read(text));
  }
  const wanted = read(match.text);
  if (!match.exact) {
    const lower = wanted.toLowerCase();
    return (text) => read(text).toLowerCase().includes(lower);
  }
  if (match.ignore_case) {
    const lower = wanted.toLowerCase();
    return match.contains ? (text) => read(text).toLowerCase().includes(lower) : (text) => read(text).toLowerCase() === lower;
  }
  return match.contains ? (text) => read(text).includes(wanted) : (text) => read(text) === wanted;
}

const attributeOf = (element, name) => Element.prototype.getAttribute.call(element, name);
const attributeNamesOf = (element) => Element.prototype.getAttributeNames.call(element);
const tagOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Element.prototype, 'localName').get);
// Fields of a form, and named images of a document, hide its functions: <input name="querySelectorAll">, in our world, too.
const matchesCss = Function.prototype.call.bind(Element.prototype.matches);
const [firstIn, allIn] = ['querySelector', 'querySelectorAll'].map((name) => {
  const kinds = [Element, DocumentFragment, Document].map((kind) => [kind, kind.prototype[name]]);
  return (root, css) => kinds.find(([kind]) => root instanceof kind)[1].call(root, css);
});
const silentTags = new Set(['script', 'style', 'noscript', 'template', 'head']);

// The text of an element and its shadow trees, without scripts and styles; buttons made of <input> speak through their
// value.
function textOf(element) {
  const tag = tagOf(element);
  if (tag === 'input') return /^(button|submit|reset)$/.test(element.type) ? element.value : '';
  if (silentTags.has(tag)) return '';
  if (rootsBelow(document).length > 1) return composedText(element);
  if (!element.firstElementChild) return element.textContent;
  return firstIn(element, 'script,style,noscript,template,input') ? composedText(element) : element.textContent;
}

function composedText(element) {
  let text = scan.texts.get(element);
  if (text !== undefined) return text;
  text = '';
  for (const parent of [shadowRootOf(element), element]) {
    for (let node = parent && parent.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === Node.TEXT_NODE) text += node.nodeValue;
      else if (node.nodeType === Node.ELEMENT_NODE) text += textOf(node);
    }
  }
  scan.texts.set(element, text);
  return text;
}

// A test that is cheap and never wrong in the negative: do the wanted words follow each other in `raw`, with such gaps?
function wordFilter(match, gap = '\\s+') {
  if (match.regex !== undefined) return () => true;
  const words = foldSpace(match.text).split(' ').map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const regex = new RegExp(words.join(gap), 'i');
  const invisible = /[\u200b\u00ad]/;  // dropped by folding: they may stand within a word
  return (raw) => regex.test(raw) || invisible.test(raw);
}

// How alike two texts are, 0-1: what people change in a label, numbers first, costs little.
function likeness(a, b) {
  const x = foldSpace(a).toLowerCase();
  const y = foldSpace(b).toLowerCase();
  if (x === y) return 1;
  if (!x || !y) return 0;
  if (x.replace(/\d+/g, '0') === y.replace(/\d+/g, '0')) return 0.9;
  const [short, long] = x.length < y.length ? [x, y] : [y, x];
  if (short.length >= 3 && long.includes(short)) return 0.6;
  const words = new Set(x.split(' '));
  const others = new Set(y.split(' '));
  let shared = 0;
  for (const word of words) if (others.has(word)) ++shared;
  const part = shared / (words.size + others.size - shared);
  return part >= 0.5 ? 0.5 : 0;
}
