// Text of elements and how it is compared.

const normalise_text = (s) => s.replace(/[\u200b\u00ad]/g, '').replace(/\s+/g, ' ').trim();
const squash_text = (s) => s.replace(/[\s\u200b\u00ad]+/g, '').toLowerCase();
const escape_regex = (s) => s.replace(/[.*+?^${}()|[\]\\\/]/g, '\\$&');

class BadSelector extends Error {}

const k_matchers = new WeakMap();

// {raw, test}: `test` decides on any text. `raw` (a RegExp or null) is a cheap test of raw text that may say yes too
// often but never no wrongly, unless the text holds zero-width characters.
function text_matcher(match) {
    if (typeof match === 'string') match = {text: match};
    if (!match || (typeof match.text !== 'string' && typeof match.regex !== 'string')) {
        throw new BadSelector('expected {text} or {regex}, got ' + JSON.stringify(match));
    }
    let matcher = k_matchers.get(match);
    if (!matcher) k_matchers.set(match, matcher = make_text_matcher(match));
    return matcher;
}

function make_text_matcher(match) {
    if (typeof match.regex === 'string') {
        let regex;
        try {
            regex = new RegExp(match.regex, (match.flags || '').replace(/[gy]/g, ''));
        } catch (e) {
            throw new BadSelector(e.message);
        }
        return {raw: null, squashed: '', test: (s) => regex.test(normalise_text(s))};
    }
    const wanted = normalise_text(match.text);
    const raw = new RegExp(wanted.split(' ').map(escape_regex).join('\\s+'), match.exact ? '' : 'i');
    const lower = wanted.toLowerCase();
    return {
        raw,
        squashed: squash_text(wanted),
        test: match.exact ? (s) => normalise_text(s) === wanted :
                            (s) => normalise_text(s).toLowerCase().includes(lower),
    };
}

const k_no_text = new Set(['script', 'style', 'noscript', 'template', 'head']);
const k_special_text = 'script,style,noscript,input[type="button" i],input[type="submit" i],input[type="reset" i],slot';

const is_value_button = (el) => tag_of(el) === 'input' && /^(button|submit|reset)$/.test(el.type);

// Ancestors (and selves) of everything for which textContent is not the text: for all others the native getter is used.
function special_texts(scan) {
    if (scan.special) return scan.special;
    const special = scan.special = new Set();
    const roots = all_shadow_roots(scan);
    const mark = (el) => {
        for (let n = el; n && !special.has(n); n = composed_parent(n)) special.add(n);
    };
    for (const scope of [document, ...roots])
        for (const el of query_all(scope, k_special_text)) mark(el);
    for (const root of roots) mark(root.host);
    return special;
}

// Text of an element: its descendants', those of its shadow tree included, without scripts and styles.
function element_text(el, scan) {
    if (!special_texts(scan).has(el)) return k_no_text.has(tag_of(el)) ? '' : text_content(el);
    let text = scan.texts.get(el);
    if (text === undefined) scan.texts.set(el, text = composite_text(el, scan));
    return text;
}

function composite_text(el, scan) {
    if (k_no_text.has(tag_of(el))) return '';
    if (is_value_button(el)) return el.value;
    const text_of_children = (parent) => {
        let text = '';
        for (let n = first_child(parent); n; n = next_sibling(n)) {
            const type = node_type(n);
            if (type === 1)
                text += element_text(n, scan);
            else if (type === 3 || type === 4)
                text += n.data;
        }
        return text;
    };
    const root = shadow_root_of(el);
    return (root ? text_of_children(root) : '') + text_of_children(el);
}

// Smallest elements below `scope` whose text matches, in document order.
function find_by_text(scope, match, scan) {
    const matcher = text_matcher(match);
    const special = special_texts(scan);
    const whole = scope === document ? document_element(document) : scope;
    if (!whole) return [];
    // Zero-width characters would hide a match from the raw test: then every text is normalised.
    const raw = matcher.raw && !/[\u200b\u00ad]/.test(raw_text(whole, scan)) ? matcher.raw : null;
    const found = [];
    // A text that is not in a parent is not in its children either; a regex with anchors may still match there.
    const visit_children = (parent) => {
        let any = false;
        for (let el = is_shadow_root(parent) ? parent.firstElementChild : first_element_child(parent); el;
             el = next_element_sibling(el)) {
            if (visit(el)) any = true;
        }
        return any;
    };
    const visit = (el) => {
        const text = special.has(el) ? element_text(el, scan) : text_content(el);
        if (raw ? !raw.test(text) : matcher.raw && !squash_text(text).includes(matcher.squashed)) return false;
        if (k_no_text.has(tag_of(el))) return false;
        const root = special.has(el) && shadow_root_of(el);
        const in_shadow = root ? visit_children(root) : false;
        if (visit_children(el) || in_shadow) return true;
        if (!matcher.test(text)) return false;
        found.push(el);
        return true;
    };
    if (scope === document)
        visit(whole);
    else {
        const root = is_element(scope) && shadow_root_of(scope);
        if (root) visit_children(root);
        visit_children(scope);
    }
    return found;
}

const raw_text = (el, scan) => (is_shadow_root(el) ? el.textContent : element_text(el, scan));
