// A tiny test harness for the page scripts. A test page includes this file and calls test(name, fn) for each case; fn
// may be async. When the page has loaded, all run in order, each with an empty <div id="fixture">. Results stand as
// JSON in <pre id="results">, and document.title says "ok N" or "failed N".

const k_script_files = [
    'dom',
    'text',
    'role',
    'describe',
    'element_state',
    'selector',
    'bundle',
    'hit_target',
    'wait',
    'call',
    'act',
    'read',
    'expect',
    'api',
];
for (const file of k_script_files) document.write(`<script src="../${file}.js"><\/script>`);

const k_tests = [];
const k_notes = {};
const test = (name, run) => k_tests.push({name, run});
const note = (name, value) => (k_notes[name] = value);

function same(a, b) {
    if (Object.is(a, b)) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b))
        return false;
    if (a instanceof Node || b instanceof Node) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((k) => same(a[k], b[k]));
}

function eq(received, expected, what = '') {
    if (!same(received, expected)) throw new Error(`${what} expected ${show(expected)}, received ${show(received)}`);
}

function ok(value, what = 'a condition') {
    if (!value) throw new Error(`${what} does not hold`);
}

const show = (v) => (
    v instanceof Node ? v.outerHTML || v.nodeName : JSON.stringify(v, (k, x) => (x instanceof Node ? x.outerHTML : x)));

// Replaces the content of the fixture; answers its first element.
function html(markup) {
    const fixture = document.getElementById('fixture');
    fixture.innerHTML = markup;
    return fixture.firstElementChild;
}

const by_id = (id) => document.getElementById(id);
const ids = (elements) => elements.map((e) => e.id);
const found = (...chain) => ids(resolve_chain(chain, new_scan()));
const later = (ms, run) => setTimeout(run, ms);

// Waits for something that needs animation frames. Virtual time runs ahead of the frames whenever the page is idle, so
// the page is kept from being idle.
async function with_frames(promise) {
    let done = false;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done || channel.port2.postMessage(0);
    channel.port2.postMessage(0);
    try {
        return await promise;
    } finally {
        done = true;
    }
}
const frames = (n) => with_frames(new Promise((resolve) => {
    const count = () => (n-- > 0 ? requestAnimationFrame(count) : resolve());
    count();
}));

// An element with an open or closed shadow root.
function shadow(host, markup, mode = 'open') {
    const root = host.attachShadow({mode});
    root.innerHTML = markup;
    return root;
}

window.addEventListener('load', async () => {
    document.title = 'running';
    const fixture = document.body.appendChild(document.createElement('div'));
    fixture.id = 'fixture';
    const results = [];
    for (const {name, run} of k_tests) {
        fixture.innerHTML = '';
        scrollTo(0, 0);
        try {
            await run();
            results.push({name, ok: true});
        } catch (e) {
            results.push(
                {name, ok: false, message: String(e.message || e), stack: String(e.stack).split('\n').slice(0, 6)});
        }
    }
    fixture.remove();
    const failed = results.filter((r) => !r.ok);
    const pre = document.body.appendChild(document.createElement('pre'));
    pre.id = 'results';
    pre.textContent = JSON.stringify(
        {tests: results.length, failed, notes: k_notes, passed: results.filter((r) => r.ok).map((r) => r.name)}, null,
        1);
    document.title = failed.length || !results.length ? `failed ${failed.length}` : `ok ${results.length}`;
});
