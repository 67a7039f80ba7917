// A test page includes this file and calls test(name, run) for each case; run may be async. When the page has loaded, all
// run in order, each with an empty <div id="fixture">; the results are in `results`, and document.title says "done".
//
// The scripts of the folder above are loaded as they are, in the order of order.txt, as scripts of the page itself: their
// functions are at hand by name.

const repriseBinding = 'reprise_messages';
const sent = [];  // what the page script told the driver
globalThis[repriseBinding] = (text) => sent.push(JSON.parse(text));

const cases = [];
const test = (name, run) => cases.push({ name, run });
let results = null;

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false;
  if (a instanceof Node || b instanceof Node) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]));
}

const show = (value) => (value instanceof Node ? value.outerHTML || value.nodeName : JSON.stringify(value));

function eq(received, expected, what = '') {
  if (!same(received, expected)) throw new Error(`${what} expected ${show(expected)}, received ${show(received)}`);
}

function ok(value, what = 'a condition') {
  if (!value) throw new Error(`${what} does not hold`);
}

const byId = (id) => document.getElementById(id);

// Replaces the content of the fixture; gives its first element.
function html(markup) {
  byId('fixture').innerHTML = markup;
  newScan();
  return byId('fixture').firstElementChild;
}

const ids = (elements) => elements.map((element) => element.id);
const found = (...chain) => ids(resolve(chain).elements);

function shadow(host, markup, mode = 'open') {
  const root = host.attachShadow({ mode });
  root.innerHTML = markup;
  newScan();
  return root;
}

const loadInOrder = (names) => {
  for (const name of names) document.write(`<script src="../${name}"><\/script>`);
};

addEventListener('load', async () => {
  const fixture = document.body.appendChild(document.createElement('div'));
  fixture.id = 'fixture';
  const all = [];
  for (const { name, run } of cases) {
    fixture.innerHTML = '';
    newScan();
    scrollTo(0, 0);
    sent.length = 0;
    try {
      await run();
      all.push({ name, message: '' });
    } catch (error) {
      all.push({ name, message: String(error.message || error), stack: String(error.stack) });
    }
  }
  results = all;
  document.title = 'done';
});
