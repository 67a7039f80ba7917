// How an element is shown to people.

const k_shown_attributes = [
    'id',
    'type',
    'name',
    'role',
    'aria-label',
    'data-testid',
    'href',
    'src',
    'alt',
    'placeholder',
    'title',
    'class',
    'for',
];
const k_shown_flags = ['disabled', 'readonly', 'checked', 'selected', 'multiple', 'hidden', 'open'];
const k_void_tags = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

const cut_text = (s, limit) => (s.length > limit ? s.slice(0, limit - 3) + '...' : s);

// <button id="save" disabled>Save</button>. Never holds what a user typed.
function describe_element(el) {
    const tag = tag_of(el);
    let text = '<' + tag;
    let shown = 0;
    for (const name of k_shown_attributes) {
        const value = attr(el, name);
        if (!value || (name === 'class' && shown > 1) || (name === 'src' && value.startsWith('data:'))) continue;
        text += ' ' + name + '="' + cut_text(value.replace(/"/g, '&quot;'), 60) + '"';
        ++shown;
    }
    if (is_value_button(el) && has_attr(el, 'value')) text += ' value="' + cut_text(attr(el, 'value'), 40) + '"';
    for (const name of k_shown_flags) {
        const on = name === 'checked' ? tag === 'input' && /^(checkbox|radio)$/.test(el.type) && el.checked :
                                        has_attr(el, name);
        if (on) text += ' ' + name;
    }
    if (k_void_tags.has(tag)) return text + '>';
    const editable = tag === 'textarea' || has_attr(el, 'contenteditable');
    const content = editable ? '' : cut_text(normalise_text(text_content(el).slice(0, 1000)), 50);
    return text + '>' + content + '</' + tag + '>';
}

// Without content: for whoever covers the target.
const describe_tag = (el) => describe_element(el).replace(/>[^]*$/, '>');

const quote = (s) => JSON.stringify(s);

// A locator, as a user would write it, that finds only this element; else a css path.
function suggest_locator(el, scan) {
    const only = (chain) => {
        try {
            const found = resolve_chain(chain, scan);
            return found.length === 1 && found[0] === el;
        } catch (e) {
            return false;
        }
    };
    const test_id = attr(el, 'data-testid');
    if (test_id && only([{test_id}])) return `get_by_test_id(${quote(test_id)})`;
    const role = role_of(el);
    const name = role ? accessible_name(el, scan) : '';
    if (role && role !== 'generic' && name && only([{role, name: {text: name, exact: true}}])) {
        return `get_by_role(Role::${role}, {.name = ${quote(cut_text(name, 80))}})`;
    }
    const labelled = name && element_matches(el, 'input,select,textarea') && [{label: {text: name, exact: true}}];
    if (labelled && only(labelled)) return `get_by_label(${quote(name)})`;
    const placeholder = attr(el, 'placeholder');
    if (placeholder && only([{placeholder: {text: placeholder, exact: true}}]))
        return `get_by_placeholder(${quote(placeholder)})`;
    const text = normalise_text(element_text(el, scan));
    if (text && text.length <= 80 && only([{text: {text, exact: true}}])) return `get_by_text(${quote(text)})`;
    return `locator(${quote(css_path(el))})`;
}

// Shortest path of tags and nth-of-type, upwards from the element, that is unique in its tree; it ends at an id.
function css_path(el) {
    const root = root_node(el);
    const unique = (css) => query_all(root === document || is_shadow_root(root) ? root : el, css).length === 1;
    const parts = [];
    for (let n = el; n && is_element(n); n = parent_element(n)) {
        const id = attr(n, 'id');
        if (id && unique('#' + CSS.escape(id))) {
            parts.unshift('#' + CSS.escape(id));
            break;
        }
        const tag = CSS.escape(tag_of(n));
        let same = 0, index = 0;
        const parent = parent_node(n);
        for (let c = parent && (parent.firstElementChild || null); c; c = next_element_sibling(c)) {
            if (tag_of(c) === tag_of(n)) ++same;
            if (c === n) index = same;
        }
        parts.unshift(same > 1 ? `${tag}:nth-of-type(${index})` : tag);
        if (unique(parts.join(' > '))) break;
    }
    return parts.join(' > ');
}
