// DOM access that a page cannot spoil. Named form controls and images shadow properties of their form and of the
// document (<input name="getAttribute">), also in an isolated world, so every access goes through the prototypes.

const unbound = Function.prototype.call;
const dom_method = (proto, name) => unbound.bind(proto[name]);
const dom_getter = (proto, name) => unbound.bind(Object.getOwnPropertyDescriptor(proto, name).get);
const dom_setter = (proto, name) => unbound.bind(Object.getOwnPropertyDescriptor(proto, name).set);

const attr = dom_method(Element.prototype, 'getAttribute');
const has_attr = dom_method(Element.prototype, 'hasAttribute');
const tag_of = dom_getter(Element.prototype, 'localName');
const id_of = dom_getter(Element.prototype, 'id');
const element_matches = dom_method(Element.prototype, 'matches');
const element_closest = dom_method(Element.prototype, 'closest');
const element_query = dom_method(Element.prototype, 'querySelector');
const element_query_all = dom_method(Element.prototype, 'querySelectorAll');
const document_query_all = dom_method(Document.prototype, 'querySelectorAll');
const fragment_query_all = dom_method(DocumentFragment.prototype, 'querySelectorAll');
const rect_of = dom_method(Element.prototype, 'getBoundingClientRect');
const client_rects_of = dom_method(Element.prototype, 'getClientRects');
const box_shown = dom_method(Element.prototype, 'checkVisibility');
const scroll_to_element = dom_method(Element.prototype, 'scrollIntoView');
const open_root = dom_getter(Element.prototype, 'shadowRoot');
const slot_of = dom_getter(Element.prototype, 'assignedSlot');
const parent_element = dom_getter(Node.prototype, 'parentElement');
const parent_node = dom_getter(Node.prototype, 'parentNode');
const first_child = dom_getter(Node.prototype, 'firstChild');
const next_sibling = dom_getter(Node.prototype, 'nextSibling');
const first_element_child = dom_getter(Element.prototype, 'firstElementChild');
const next_element_sibling = dom_getter(Element.prototype, 'nextElementSibling');
const node_type = dom_getter(Node.prototype, 'nodeType');
const text_content = dom_getter(Node.prototype, 'textContent');
const is_connected = dom_getter(Node.prototype, 'isConnected');
const root_node = dom_method(Node.prototype, 'getRootNode');
const compare_position = dom_method(Node.prototype, 'compareDocumentPosition');
const node_contains = dom_method(Node.prototype, 'contains');
const dispatch = dom_method(EventTarget.prototype, 'dispatchEvent');
const listen = dom_method(EventTarget.prototype, 'addEventListener');
const unlisten = dom_method(EventTarget.prototype, 'removeEventListener');
const document_element = dom_getter(Document.prototype, 'documentElement');
const document_body = dom_getter(Document.prototype, 'body');
const document_active = dom_getter(Document.prototype, 'activeElement');
const document_point = dom_method(Document.prototype, 'elementFromPoint');
const document_points = dom_method(Document.prototype, 'elementsFromPoint');
const document_xpath = dom_method(Document.prototype, 'evaluate');
const document_timeline = dom_getter(Document.prototype, 'timeline');
const document_create = dom_method(Document.prototype, 'createElement');
const document_range = dom_method(Document.prototype, 'createRange');
const document_exec = dom_method(Document.prototype, 'execCommand');
const document_animations = dom_method(Document.prototype, 'getAnimations');
const document_sheets = dom_getter(Document.prototype, 'styleSheets');
const document_adopted_sheets = dom_getter(Document.prototype, 'adoptedStyleSheets');
const form_elements_labels = (el) => (el.labels ? [...el.labels] : []);  // never called for a form
const style_of = (el, pseudo) => window.getComputedStyle(el, pseudo);

// Closed shadow roots that the C++ side made known.
const adopted_roots = new WeakMap();

const shadow_root_of = (el) => open_root(el) || adopted_roots.get(el) || null;
const is_element = (node) => node_type(node) === 1;
const is_shadow_root = (node) => node instanceof ShadowRoot;

const query_all = (scope, css) => scope === document ? document_query_all(scope, css) :
    is_shadow_root(scope)                            ? fragment_query_all(scope, css) :
                                                       element_query_all(scope, css);

// What is known for the length of one attempt. Nothing in it outlives a change of the page.
function new_scan() {
    return {
        roots: null,
        special: null,
        texts: new Map(),
        hidden: new Map(),
        names: new Map(),
        pseudo: new Map(),
        bundle: null
    };
}

// Every reachable shadow root of the document, outermost first.
function all_shadow_roots(scan) {
    if (scan.roots) return scan.roots;
    scan.roots = [];
    const visit = (scope) => {
        const all = query_all(scope, '*');
        for (let i = 0, n = all.length; i < n; ++i) {
            const root = shadow_root_of(all[i]);
            if (!root) continue;
            scan.roots.push(root);
            visit(root);
        }
    };
    visit(document);
    return scan.roots;
}

// True when a custom element hides its shadow root from us (or has none, which cannot be told apart).
function has_closed_hosts() {
    for (const scope of [document, ...all_shadow_roots(new_scan())]) {
        for (const el of query_all(scope, ':defined')) {
            if (tag_of(el).includes('-') && !shadow_root_of(el)) return true;
        }
    }
    return false;
}

// Shadow roots below `scope` (document, element or shadow root).
function roots_within(scope, scan) {
    const roots = all_shadow_roots(scan);
    if (scope === document || !roots.length) return roots;
    return roots.filter((root) => composed_contains(scope, root.host));
}

// Parent in the tree as it was written: out of a shadow tree to its host.
function composed_parent(node) {
    const parent = parent_node(node);
    if (!parent) return is_shadow_root(node) ? node.host : null;
    return is_shadow_root(parent) ? parent.host : is_element(parent) ? parent : null;
}

// Parent in the tree as it is rendered: a slotted element's parent is its slot.
function flat_parent(el) {
    const slot = slot_of(el);
    if (slot) return slot;
    const parent = parent_element(el);
    const closed = parent && adopted_roots.get(parent);
    if (closed) {
        for (const candidate of query_all(closed, 'slot'))
            if (candidate.assignedNodes().includes(el)) return candidate;
    }
    return parent || composed_parent(el);
}

const host_of_tree = (node) => {
    const root = root_node(node);
    return is_shadow_root(root) ? root.host : null;
};

function composed_contains(ancestor, node) {
    for (let n = node; n; n = host_of_tree(n))
        if (node_contains(ancestor, n)) return true;
    return false;
}

function composed_closest(el, css) {
    for (let n = el; n; n = host_of_tree(n)) {
        const found = element_closest(n, css);
        if (found) return found;
    }
    return null;
}

// Document order over all trees; a shadow tree comes before its host's light children.
function compare_in_document(a, b) {
    if (a === b) return 0;
    const ra = root_node(a), rb = root_node(b);
    if (ra === rb) return compare_position(a, b) & 4 ? -1 : 1;
    const chain = (n) => {
        const list = [];
        for (let el = n; el; el = host_of_tree(el)) list.unshift(el);
        return list;
    };
    const ca = chain(a), cb = chain(b);
    let i = 0;
    while (i < ca.length && i < cb.length && ca[i] === cb[i]) ++i;
    if (i === ca.length) return -1;  // a hosts b
    if (i === cb.length) return 1;
    if (root_node(ca[i]) === root_node(cb[i])) {
        const bits = compare_position(ca[i], cb[i]);
        return bits & 4 ? -1 : 1;
    }
    return 0;
}

function in_document_order(elements) {
    const unique = [...new Set(elements)];
    return unique.length > 1 ? unique.sort(compare_in_document) : unique;
}

function deep_active_element() {
    let active = document_active(document);
    while (active) {
        const root = shadow_root_of(active);
        const inner = root && root.activeElement;
        if (!inner) break;
        active = inner;
    }
    return active;
}

// Topmost element at a point, looked up through all reachable shadow roots.
function deep_element_from_point(x, y) {
    let el = document_point(document, x, y);
    while (el) {
        const root = shadow_root_of(el);
        const inner = root && root.elementFromPoint(x, y);
        if (!inner || inner === el || root_node(inner) !== root) break;
        el = inner;
    }
    return el;
}

// The control a label stands for, else the element itself.
function label_target(el) {
    const label = tag_of(el) === 'label' ? el : null;
    return (label && label.control) || el;
}

const round2 = (n) => Math.round(n * 100) / 100;
