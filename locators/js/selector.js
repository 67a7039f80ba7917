// Evaluates a chain of selector parts. Every chain is evaluated anew in every attempt.

// The innermost part at fault is reported.
function syntax_error(part, e) {
    const text = e instanceof BadSelector ? e.message : String(e.message || e).replace(/^Failed to execute .*?: /, '');
    return new BadSelector(`bad selector ${JSON.stringify(part)}: ${text}`);
}

// Elements below `scope`, in every tree that can be reached from it.
function query_everywhere(scope, css, scan) {
    const roots = roots_within(scope, scan);
    const found = [...query_all(scope, css)];
    if (!roots.length) return found;
    for (const root of roots) found.push(...query_all(root, css));
    return in_document_order(found);
}

// Cuts `text` at a separator that is not inside of brackets, parentheses or quotes.
function split_css(text, is_separator) {
    const parts = [];
    let depth = 0, quoted = '', start = 0;
    for (let i = 0; i < text.length; ++i) {
        const c = text[i];
        if (c === '\\')
            ++i;
        else if (quoted)
            quoted = c === quoted ? '' : quoted;
        else if (c === '"' || c === '\'')
            quoted = c;
        else if (c === '(' || c === '[')
            ++depth;
        else if (c === ')' || c === ']')
            --depth;
        else if (!depth && is_separator(text, i)) {
            parts.push(text.slice(start, i));
            start = i + 1;
        }
    }
    parts.push(text.slice(start));
    return parts.map((s) => s.trim()).filter(Boolean);
}

const is_descendant_combinator = (text, i) =>
    /\s/.test(text[i]) && !/[>+~]\s*$/.test(text.slice(0, i)) && !/^\s*([>+~]|$)/.test(text.slice(i));

// A descendant combinator reaches into shadow trees: "x-card .title" finds a title in the card's shadow root.
function find_by_css(scope, css, scan) {
    const found = query_everywhere(scope, css, scan);
    if (!all_shadow_roots(scan).length || !/\s/.test(css.trim())) return found;
    const all = [...found];
    for (const complex of split_css(css, (text, i) => text[i] === ',')) {
        const steps = split_css(complex, is_descendant_combinator);
        if (steps.length < 2) continue;
        let scopes = [scope];
        for (const step of steps) scopes = [...new Set(scopes.flatMap((s) => query_everywhere(s, step, scan)))];
        all.push(...scopes);
    }
    return in_document_order(all);
}

function evaluate_xpath(context, xpath) {
    const result = document_xpath(document, xpath, context, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
    const found = [];
    for (let i = 0; i < result.snapshotLength; ++i) {
        if (is_element(result.snapshotItem(i))) found.push(result.snapshotItem(i));
    }
    return found;
}

function find_by_xpath(scope, xpath) {
    if (is_shadow_root(scope)) return xpath_in_root(scope, xpath);
    return evaluate_xpath(scope, scope !== document && xpath[0] === '/' ? '.' + xpath : xpath);
}

// Chromium evaluates no XPath on a shadow root: its first step is taken here, the rest by the engine.
function xpath_in_root(root, xpath) {
    const absolute = /^\.?\/([\w-]+|\*)(?:\[(\d+)\])?(\/.*)?$/.exec(xpath);
    if (!absolute) {
        const rest = xpath.replace(/^\.?\/\//, '');
        return in_document_order([...root.children].flatMap((c) => evaluate_xpath(c, 'descendant-or-self::' + rest)));
    }
    const [, tag, index, rest] = absolute;
    const same = [...root.children].filter((c) => tag === '*' || tag_of(c) === tag.toLowerCase());
    const first = index ? same.slice(index - 1, +index) : same;
    return rest ? first.flatMap((c) => evaluate_xpath(c, '.' + rest)) : first;
}

function find_by_attribute(scope, name, match, scan) {
    const matcher = text_matcher(match);
    return query_everywhere(scope, `[${name}]`, scan).filter((el) => matcher.test(attr(el, name)));
}

function find_by_test_id(scope, value, attributes, scan) {
    const names = (attributes || 'data-testid').split(',').map((s) => s.trim());
    if (names.some((n) => !/^[\w:.-]+$/.test(n))) throw new BadSelector('not an attribute name');
    const exact = typeof value === 'string' ? value : value && value.text;
    if (typeof exact === 'string') {
        return query_everywhere(scope, names.map((n) => `[${CSS.escape(n)}=${quote_css(exact)}]`).join(), scan);
    }
    const matcher = text_matcher(value);
    return query_everywhere(scope, names.map((n) => `[${CSS.escape(n)}]`).join(), scan)
        .filter((el) => names.some((n) => has_attr(el, n) && matcher.test(attr(el, n))));
}

const quote_css = (s) => '"' + s.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\a ') + '"';

const k_labelled =
    'input:not([type=hidden i]),select,textarea,button,meter,output,progress,[aria-label],[aria-labelledby]';

// Texts that label a control: aria-labelledby, else its <label>s, else aria-label.
function label_texts(el, scan) {
    const refs = referenced_elements(el, 'aria-labelledby');
    if (refs.length) return refs.map((r) => element_text(r, scan));
    const labels =
        element_matches(el, 'input,select,textarea,button,meter,output,progress') ? form_elements_labels(el) : [];
    if (labels.length) return labels.map((l) => element_text(l, scan));
    const text = attr(el, 'aria-label');
    return text && text.trim() ? [text] : [];
}

function find_by_label(scope, match, scan) {
    const matcher = text_matcher(match);
    return query_everywhere(scope, k_labelled, scan).filter((el) => {
        const texts = label_texts(el, scan);
        return texts.some((t) => matcher.test(t)) || (texts.length > 1 && matcher.test(texts.join(' ')));
    });
}

// Parts that find elements below a scope. All other parts filter what was found.
const k_finders = {
    css: (scope, part, scan) => find_by_css(scope, part.css, scan),
    xpath: (scope, part) => find_by_xpath(scope, part.xpath),
    text: (scope, part, scan) => find_by_text(scope, part.text, scan),
    role: find_by_role,
    label: (scope, part, scan) => find_by_label(scope, part.label, scan),
    placeholder: (scope, part, scan) => find_by_attribute(scope, 'placeholder', part.placeholder, scan),
    alt: (scope, part, scan) => find_by_attribute(scope, 'alt', part.alt, scan),
    title: (scope, part, scan) => find_by_attribute(scope, 'title', part.title, scan),
    test_id: (scope, part, scan) => find_by_test_id(scope, part.test_id, part.attribute, scan),
};

function filter_part(elements, part, start, scan) {
    if (part.nth !== undefined) {
        const el = elements[part.nth < 0 ? elements.length + part.nth : part.nth];
        return el ? [el] : [];
    }
    if (part.has_text !== undefined || part.has_not_text !== undefined) {
        const matcher = text_matcher(part.has_text !== undefined ? part.has_text : part.has_not_text);
        return elements.filter((el) => matcher.test(element_text(el, scan)) === (part.has_text !== undefined));
    }
    if (part.has !== undefined) return elements.filter((el) => resolve_from(el, part.has, scan).length > 0);
    if (part.has_not !== undefined) return elements.filter((el) => !resolve_from(el, part.has_not, scan).length);
    if (part.visible !== undefined) return elements.filter((el) => is_visible(el) === part.visible);
    if (part.and !== undefined) {
        const other = new Set(resolve_from(start, part.and, scan));
        return elements.filter((el) => other.has(el));
    }
    if (part.or !== undefined) return in_document_order([...elements, ...resolve_from(start, part.or, scan)]);
    throw new BadSelector('unknown selector part');
}

function apply_part(current, part, start, scan) {
    if (part.bundle !== undefined) {
        if (current[0] !== document) throw new BadSelector('a bundle must be the first part');
        const el = resolve_bundle(part.bundle, scan);
        return el ? [el] : [];
    }
    const kind = Object.keys(part).find((key) => Object.hasOwn(k_finders, key));
    if (kind) {
        if (current.length === 1) return k_finders[kind](current[0], part, scan);
        return in_document_order(current.flatMap((scope) => k_finders[kind](scope, part, scan)));
    }
    if (current[0] === document) throw new BadSelector('a chain cannot start with a filter');
    return filter_part(current, part, start, scan);
}

function resolve_from(start, chain, scan) {
    let current = [start];
    for (const part of chain) {
        try {
            current = apply_part(current, part, start, scan);
        } catch (e) {
            throw e.reported ? e : Object.assign(syntax_error(part, e), {reported: true});
        }
    }
    return current;
}

// Elements of a chain that starts at the document. Throws BadSelector.
function resolve_chain(chain, scan) {
    if (!Array.isArray(chain)) throw new BadSelector('a chain is an array, got ' + JSON.stringify(chain));
    return resolve_from(document, chain, scan);
}
