// Text as a person reads it, and what it is compared with.

const foldSpace = (text) => text.replace(/[\u200b\u00ad]/g, '').replace(/\s+/g, ' ').trim();

// {text, exact?, contains?} or {regex, flags} → a predicate. Not exact: any part, any case. Exact: the whole text;
// with `contains`, a part, in this case.
function textMatcher(match) {
  if (match.regex !== undefined) {
    const regex = new RegExp(match.regex, (match.flags || '').replace('g', ''));
    return (text) => regex.test(text);
  }
  const wanted = foldSpace(match.text);
  if (!match.exact) {
    const lower = wanted.toLowerCase();
    return (text) => foldSpace(text).toLowerCase().includes(lower);
  }
  return match.contains ? (text) => foldSpace(text).includes(wanted) : (text) => foldSpace(text) === wanted;
}

const attributeOf = (element, name) => Element.prototype.getAttribute.call(element, name);
const tagOf = (element) => element.localName;
const silentTags = new Set(['script', 'style', 'noscript', 'template', 'head', 'title']);

// The text of an element, without scripts and styles; buttons made of <input> speak through their value.
function textOf(element) {
  const tag = tagOf(element);
  if (tag === 'input') return /^(button|submit|reset)$/.test(element.type) ? element.value : '';
  if (silentTags.has(tag)) return '';
  if (!element.firstElementChild) return element.textContent;
  if (!element.querySelector('script,style,noscript,template,input')) return element.textContent;
  let text = '';
  for (const child of element.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) text += child.nodeValue;
    else if (child.nodeType === Node.ELEMENT_NODE) text += textOf(child);
  }
  return text;
}

// A test that is cheap and never wrong in the negative: do the wanted words follow each other in `raw`?
function wordFilter(match) {
  if (match.regex !== undefined) return () => true;
  const words = foldSpace(match.text).split(' ').map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const regex = new RegExp(words.join('\\s+'), 'i');
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
