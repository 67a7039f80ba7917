// Roles, accessible names and descriptions after WAI-ARIA 1.2, HTML-AAM and accname 1.2.

const k_roles = new Set(
    ('alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox ' +
     'complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid ' +
     'gridcell group heading img insertion link list listbox listitem log main mark marquee math menu menubar menuitem ' +
     'menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar radio ' +
     'radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong ' +
     'subscript suggestion superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree ' +
     'treegrid treeitem')
        .split(' '));
const k_named_from_content = new Set(
    ('button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox menuitemradio option radio row ' +
     'rowheader switch tab tooltip treeitem')
        .split(' '));
const k_never_named = new Set(
    ('caption code definition deletion emphasis generic insertion mark none paragraph presentation strong subscript ' +
     'suggestion superscript term time')
        .split(' '));
const k_global_aria =
    '[aria-atomic],[aria-busy],[aria-controls],[aria-current],[aria-describedby],[aria-details],[aria-dropeffect],' +
    '[aria-flowto],[aria-grabbed],[aria-hidden],[aria-keyshortcuts],[aria-label],[aria-labelledby],[aria-live],' +
    '[aria-owns],[aria-relevant],[aria-roledescription]';
const k_focusable =
    'a[href],area[href],button:enabled,input:not([type=hidden i]):enabled,select:enabled,textarea:enabled,iframe,' +
    'summary,[tabindex],[contenteditable=""],[contenteditable="true" i]';

const k_plain_roles = {
    article: 'article',
    aside: 'complementary',
    blockquote: 'blockquote',
    button: 'button',
    caption: 'caption',
    code: 'code',
    datalist: 'listbox',
    dd: 'definition',
    del: 'deletion',
    details: 'group',
    dfn: 'term',
    dialog: 'dialog',
    dt: 'term',
    em: 'emphasis',
    fieldset: 'group',
    figure: 'figure',
    h1: 'heading',
    h2: 'heading',
    h3: 'heading',
    h4: 'heading',
    h5: 'heading',
    h6: 'heading',
    hr: 'separator',
    html: 'document',
    ins: 'insertion',
    li: 'listitem',
    main: 'main',
    mark: 'mark',
    math: 'math',
    menu: 'list',
    meter: 'meter',
    nav: 'navigation',
    ol: 'list',
    optgroup: 'group',
    option: 'option',
    output: 'status',
    p: 'paragraph',
    progress: 'progressbar',
    search: 'search',
    strong: 'strong',
    sub: 'subscript',
    sup: 'superscript',
    svg: 'img',
    table: 'table',
    tbody: 'rowgroup',
    textarea: 'textbox',
    tfoot: 'rowgroup',
    thead: 'rowgroup',
    time: 'time',
    tr: 'row',
    ul: 'list',
    summary: 'button',
};
const k_input_roles = {
    button: 'button',
    submit: 'button',
    reset: 'button',
    image: 'button',
    checkbox: 'checkbox',
    radio: 'radio',
    range: 'slider',
    number: 'spinbutton',
    search: 'searchbox',
    email: 'textbox',
    tel: 'textbox',
    text: 'textbox',
    url: 'textbox',
    password: 'textbox',
};
const k_conditional_tags = {
    link: 'a,area',
    banner: 'header',
    contentinfo: 'footer',
    form: 'form',
    region: 'section',
    img: 'img',
    presentation: 'img',
    cell: 'td',
    gridcell: 'td',
    columnheader: 'th',
    rowheader: 'th',
    combobox: 'select,input',
    listbox: 'select',
};

// Elements that may have the role: [role] and the tags that imply it.
function role_candidates_css(role) {
    const tags = Object.keys(k_plain_roles).filter((tag) => k_plain_roles[tag] === role);
    if (Object.values(k_input_roles).includes(role)) tags.push('input');
    if (k_conditional_tags[role]) tags.push(k_conditional_tags[role]);
    return ['[role]', ...tags].join(',');
}

function implicit_role(el) {
    const tag = tag_of(el);
    switch (tag) {
        case 'a':
        case 'area':
            return has_attr(el, 'href') ? 'link' : null;
        case 'header':
        case 'footer':
            return element_closest(
                       el,
                       'article,aside,main,nav,section,[role=article],[role=complementary],[role=main],' +
                           '[role=navigation],[role=region]') ?
                null :
                tag === 'header' ? 'banner' :
                                   'contentinfo';
        case 'form':
            return has_explicit_name(el) ? 'form' : null;
        case 'section':
            return has_explicit_name(el) ? 'region' : null;
        case 'img':
            return attr(el, 'alt') === '' && !has_attr(el, 'title') && !element_matches(el, k_global_aria) ?
                'presentation' :
                'img';
        case 'td':
            return element_closest(el, '[role=grid],[role=treegrid]') ? 'gridcell' : 'cell';
        case 'th': {
            const scope = attr(el, 'scope');
            if (scope === 'row' || scope === 'rowgroup') return 'rowheader';
            if (scope === 'col' || scope === 'colgroup') return 'columnheader';
            const row = parent_element(el);
            return row && element_query(row, 'td') ? 'rowheader' : 'columnheader';
        }
        case 'select':
            return el.multiple || el.size > 1 ? 'listbox' : 'combobox';
        case 'input': {
            const role = k_input_roles[el.type];
            if (role === 'textbox' || role === 'searchbox') return has_attr(el, 'list') ? 'combobox' : role;
            return role || null;
        }
    }
    return Object.hasOwn(k_plain_roles, tag) ? k_plain_roles[tag] : null;
}

// Children that lose their meaning with a parent that is only presentation.
const k_needs_parent = {
    li: 'ul,ol,menu',
    dt: 'dl',
    dd: 'dl',
    tr: 'table',
    td: 'table',
    th: 'table',
    tbody: 'table',
    thead: 'table',
    tfoot: 'table',
};

function role_of(el) {
    const explicit = attr(el, 'role');
    if (explicit) {
        for (const token of explicit.toLowerCase().split(/\s+/)) {
            if (token === 'image') return 'img';
            if (!k_roles.has(token)) continue;
            if (token !== 'none' && token !== 'presentation') return token;
            if (element_matches(el, k_global_aria) || element_matches(el, k_focusable))
                break;  // presentation is overruled
            return 'presentation';
        }
    }
    const role = implicit_role(el);
    const needed = role && k_needs_parent[tag_of(el)];
    if (needed) {
        const parent = element_closest(el, needed);
        const parent_role = parent && attr(parent, 'role');
        if (parent_role && /^\s*(none|presentation)\b/i.test(parent_role)) return null;
    }
    return role;
}

const has_explicit_name = (el) =>
    !!((attr(el, 'aria-label') || '').trim() || referenced_elements(el, 'aria-labelledby').length || attr(el, 'title'));

function referenced_elements(el, name) {
    const ids = attr(el, name);
    if (!ids || !ids.trim()) return [];
    const root = root_node(el);
    const found = [];
    for (const id of ids.trim().split(/\s+/)) {
        const target = query_all(root === document || is_shadow_root(root) ? root : document, '#' + CSS.escape(id))[0];
        if (target && !found.includes(target)) found.push(target);
    }
    return found;
}

// Hidden from assistive technology: not rendered, visibility hidden, or aria-hidden on it or an ancestor.
function is_aria_hidden(el, scan) {
    let hidden = scan.hidden.get(el);
    if (hidden === undefined) {
        hidden = !is_rendered(el) || !!composed_closest(el, '[aria-hidden="true" i]');
        scan.hidden.set(el, hidden);
    }
    return hidden;
}

// Has a box and is not visibility:hidden. display:contents counts as rendered when its parent is.
function is_rendered(el) {
    if (box_shown(el, {checkVisibilityCSS: true})) return true;
    const tag = tag_of(el);
    if (tag === 'option' || tag === 'optgroup') {
        const select = element_closest(el, 'select');
        return !!select && !el.hidden && is_rendered(select);
    }
    if (tag === 'area') return true;
    const style = style_of(el);
    if (style.display !== 'contents' || style.visibility !== 'visible') return false;
    const parent = flat_parent(el);
    return !parent || is_rendered(parent);
}

// Selector of the elements that may have generated text, '' for none, null when it cannot be known.
const k_sheet_pseudos = new WeakMap();
function pseudo_selector(root, scan) {
    let css = scan.pseudo.get(root);
    if (css !== undefined) return css;
    css = '';
    const sheets = root === document ? [...document_sheets(root), ...document_adopted_sheets(root)] :
                                       [...root.styleSheets, ...root.adoptedStyleSheets];
    for (const sheet of sheets) {
        const part = sheet_pseudos(sheet);
        css = part === null ? null : css === null ? null : css && part ? css + ',' + part : css || part;
    }
    if (css && is_shadow_root(root)) css = null;  // :host and ::slotted reach out of the root
    scan.pseudo.set(root, css);
    return css;
}

function sheet_pseudos(sheet) {
    let rules;
    try {
        rules = sheet.cssRules;
    } catch (e) {
        return null;  // another origin's
    }
    const known = k_sheet_pseudos.get(sheet);
    if (known && known.count === rules.length) return known.css;
    const found = [];
    const visit = (list, parent) => {
        for (const rule of list) {
            const selector = rule.selectorText;
            if (selector && /::?(before|after)/.test(selector) && rule.style && rule.style.content) {
                const host = selector.includes('&') ? parent || '*' : selector.replace(/::?(before|after)/g, '');
                found.push(host.split(',').map((s) => (/(^|[\s>+~])$/.test(s) ? s + '*' : s)).join(','));
            }
            if (rule.styleSheet) {
                const imported = sheet_pseudos(rule.styleSheet);
                if (imported === null || imported) found.push(imported === null ? '*' : imported);
            } else if (rule.cssRules && rule.cssRules.length) {
                visit(rule.cssRules, selector || parent);
            }
        }
    };
    visit(rules, '');
    let css = found.join(',');
    if (css) {
        try {
            element_matches(document_element(document), css);
        } catch (e) {
            css = null;
        }
    }
    k_sheet_pseudos.set(sheet, {count: rules.length, css});
    return css;
}

// Generated text of ::before or ::after, without the private-use glyphs of icon fonts.
function pseudo_text(el, which, scan) {
    const css = pseudo_selector(is_shadow_root(root_node(el)) ? root_node(el) : document, scan);
    if (css === '' || (css && !element_matches(el, css))) return '';
    const style = style_of(el, which);
    const content = style.content;
    if (!content || content === 'none' || content === 'normal' || style.display === 'none' ||
        style.visibility !== 'visible') {
        return '';
    }
    // content: "text" attr(x) / "alternative text"
    const parts = content.match(/"(?:[^"\\]|\\.)*"|\//g) || [];
    const slash = parts.indexOf('/');
    const text =
        (slash < 0 ? parts : parts.slice(slash + 1)).map((s) => s.slice(1, -1).replace(/\\(.)/g, '$1')).join('');
    const clean = text.replace(/[\ue000-\uf8ff]/g, '');
    return clean && style.display !== 'inline' ? ' ' + clean + ' ' : clean;
}

// `mode` says how the traversal came to an element: 'own' (the name is wanted for it), 'ref' (aria-labelledby names
// it), 'part' (inside of something whose name comes from content, a label or a reference).
function compute_name(el, mode, state) {
    if (state.visited.has(el)) return '';
    const scan = state.scan;
    if (mode === 'part' && !state.hidden_ok && is_aria_hidden(el, scan)) return '';

    if (!state.in_reference) {
        const refs = referenced_elements(el, 'aria-labelledby');
        if (refs.length) {
            const name = refs.map((ref) => reference_name(ref, state)).join(' ');
            if (name.trim()) return name;
        }
    }
    state.visited.add(el);
    const role = role_of(el) || '';
    const tag = tag_of(el);

    if (mode !== 'own') {
        const value = embedded_value(el, role, tag, mode, state);
        if (value !== null) return value;
    }
    const label = attr(el, 'aria-label');
    if (label && label.trim()) return label;

    if (role !== 'presentation') {
        const native = native_name(el, tag, state);
        if (native !== null && native.trim()) return native;
    }
    if (mode !== 'own' || k_named_from_content.has(role) || (tag === 'summary' && role === 'button')) {
        const content = name_from_content(el, state);
        if (content.trim()) return content;
    }
    return role === 'presentation' && mode !== 'part' ? '' : attr(el, 'title') || '';
}

function reference_name(ref, state) {
    const inner =
        {scan: state.scan, visited: new Set(), in_reference: true, hidden_ok: is_aria_hidden(ref, state.scan)};
    return compute_name(ref, 'ref', inner);
}

// A control inside of a label stands for its value.
function embedded_value(el, role, tag, mode, state) {
    if (role === 'textbox' || role === 'searchbox' || (role === 'combobox' && tag === 'input')) {
        if (mode === 'ref' && (attr(el, 'aria-label') || '').trim()) return null;
        return tag === 'input' || tag === 'textarea' ? (el.type === 'password' ? '' : el.value) :
                                                       element_text(el, state.scan);
    }
    if (role === 'combobox' || role === 'listbox') {
        if (mode === 'ref' && (attr(el, 'aria-label') || '').trim()) return null;
        const chosen = tag === 'select' ? [...el.selectedOptions] :
                                          [...element_query_all(el, '[role=option][aria-selected="true" i]')];
        return chosen.map((o) => compute_name(o, 'part', state)).join(' ');
    }
    if (role === 'slider' || role === 'spinbutton' || role === 'progressbar' || role === 'meter' ||
        role === 'scrollbar') {
        if (mode === 'ref' && (attr(el, 'aria-label') || '').trim()) return null;
        return attr(el, 'aria-valuetext') || attr(el, 'aria-valuenow') ||
            (tag === 'div' || tag === 'span' ? '' : String(el.value ?? ''));
    }
    return null;
}

function labels_name(el, state) {
    const labels = form_elements_labels(el);
    if (!labels.length) return null;
    return labels
               .map((label) => {
                   const inner = {
                       scan: state.scan,
                       visited: new Set([el]),
                       in_reference: state.in_reference,
                       hidden_ok: state.hidden_ok
                   };
                   return is_aria_hidden(label, state.scan) && !state.hidden_ok ? '' :
                                                                                  compute_name(label, 'part', inner);
               })
               .join(' ')
               .trim() ||
        null;
}

function child_with_tag(el, wanted) {
    for (let c = first_element_child(el); c; c = next_element_sibling(c))
        if (tag_of(c) === wanted) return c;
    return null;
}

// Name by the host language. Null when it has none.
function native_name(el, tag, state) {
    const of_child = (wanted) => {
        const child = child_with_tag(el, wanted);
        return child ? compute_name(child, 'part', state) : null;
    };
    switch (tag) {
        case 'input': {
            const type = el.type;
            if (type === 'button' || type === 'submit' || type === 'reset') {
                if (el.value.trim()) return el.value;
                return labels_name(el, state) || attr(el, 'title') ||
                    (type === 'submit'    ? 'Submit' :
                         type === 'reset' ? 'Reset' :
                                            '');
            }
            if (type === 'image') return labels_name(el, state) || attr(el, 'alt') || attr(el, 'title') || 'Submit';
            return labels_name(el, state) || attr(el, 'title') || attr(el, 'placeholder');
        }
        case 'textarea':
            return labels_name(el, state) || attr(el, 'title') || attr(el, 'placeholder');
        case 'select':
        case 'meter':
        case 'progress':
        case 'output':
        case 'button':
            return labels_name(el, state);
        case 'fieldset':
            return of_child('legend');
        case 'figure':
            return of_child('figcaption');
        case 'table':
            return of_child('caption') || attr(el, 'summary');
        case 'img':
        case 'area':
            return attr(el, 'alt');
        case 'optgroup':
        case 'option':
            return attr(el, 'label');
        case 'svg': {
            const title = child_with_tag(el, 'title');
            return title ? text_content(title) : null;
        }
    }
    return el.labels && el.attachInternals && tag.includes('-') ? labels_name(el, state) : null;
}

function name_from_content(el, state) {
    const parts = [pseudo_text(el, '::before', state.scan)];
    const visit = (node) => {
        const type = node_type(node);
        if (type === 3) {
            parts.push(node.data);
        } else if (type === 1) {
            if (k_no_text.has(tag_of(node))) return;
            const text = compute_name(node, 'part', state);
            const apart = tag_of(node) === 'br' || style_of(node).display !== 'inline';
            parts.push(apart ? ' ' + text + ' ' : text);
        }
    };
    const visit_children = (parent) => {
        for (let n = first_child(parent); n; n = next_sibling(n)) visit(n);
    };
    const root = shadow_root_of(el);
    if (root) {
        visit_children(root);
    } else if (tag_of(el) === 'slot' && el.assignedNodes().length) {
        el.assignedNodes().forEach(visit);
    } else {
        for (let n = first_child(el); n; n = next_sibling(n))
            if (node_type(n) !== 1 || !slot_of(n)) visit(n);
    }
    for (const owned of referenced_elements(el, 'aria-owns')) visit(owned);
    parts.push(pseudo_text(el, '::after', state.scan));
    return parts.join('');
}

// Accessible name, whitespace normalised.
function accessible_name(el, scan) {
    let name = scan.names.get(el);
    if (name === undefined) {
        const state = {scan, visited: new Set(), in_reference: false, hidden_ok: is_aria_hidden(el, scan)};
        name = k_never_named.has(role_of(el) || '') ? '' : normalise_text(compute_name(el, 'own', state));
        scan.names.set(el, name);
    }
    return name;
}

// Accessible description, whitespace normalised.
function accessible_description(el, scan) {
    const refs = referenced_elements(el, 'aria-describedby');
    if (refs.length) return normalise_text(refs.map((r) => reference_name(r, {scan})).join(' '));
    const text = attr(el, 'aria-description');
    if (text && text.trim()) return normalise_text(text);
    const title = normalise_text(attr(el, 'title') || '');
    return title && title !== accessible_name(el, scan) ? title : '';
}

const k_own_name = '[aria-label],[aria-labelledby],[aria-owns],[title]';
const k_rich_content = k_own_name + ',[alt],[role],input,select,textarea,img,svg,slot,meter,progress';
const k_text_tags = new Set('button a h1 h2 h3 h4 h5 h6 li td th tr div span'.split(' '));

// True when the name surely does not hold the text, found without computing the name: nothing but its text names it.
function surely_not_named(el, squashed, scan) {
    const tag = tag_of(el);
    if (!k_text_tags.has(tag) || squash_text(text_content(el)).includes(squashed)) return false;
    if (element_matches(el, k_own_name) || special_texts(scan).has(el)) return false;
    if (tag === 'button' && el.labels.length) return false;
    if (first_element_child(el) && element_query(el, k_rich_content)) return false;
    const css = pseudo_selector(document, scan);
    return css === '' || (css !== null && !element_matches(el, css) && !element_query(el, css));
}

function aria_checked_state(el) {
    if (tag_of(el) === 'input' && (el.type === 'checkbox' || el.type === 'radio')) {
        return el.indeterminate && el.type === 'checkbox' ? 'mixed' : el.checked;
    }
    const value = attr(el, 'aria-checked');
    return value === 'mixed' ? 'mixed' : value === 'true';
}

function aria_level(el) {
    const heading = /^h([1-6])$/.exec(tag_of(el));
    const explicit = parseInt(attr(el, 'aria-level'), 10);
    return explicit >= 1 ? explicit : heading ? +heading[1] : 0;
}

// 'true', 'false', or undefined when the element cannot be expanded.
function aria_expanded(el) {
    if (tag_of(el) === 'details') return el.open;
    const parent = tag_of(el) === 'summary' && parent_element(el);
    if (parent && tag_of(parent) === 'details') return parent.open;
    const value = attr(el, 'aria-expanded');
    return value === null ? undefined : value === 'true';
}

function has_aria_states(el, part) {
    if (part.checked !== undefined && aria_checked_state(el) !== part.checked) return false;
    if (part.disabled !== undefined && !is_enabled(el) !== part.disabled) return false;
    if (part.expanded !== undefined && aria_expanded(el) !== part.expanded) return false;
    if (part.pressed !== undefined) {
        const value = attr(el, 'aria-pressed');
        if ((value === 'mixed' ? 'mixed' : value === 'true') !== part.pressed) return false;
    }
    if (part.selected !== undefined) {
        const selected = tag_of(el) === 'option' ? el.selected : attr(el, 'aria-selected') === 'true';
        if (selected !== part.selected) return false;
    }
    return part.level === undefined || aria_level(el) === part.level;
}

function find_by_role(scope, part, scan) {
    const role = part.role === 'image' ? 'img' : part.role === 'none' ? 'presentation' : part.role;
    if (!k_roles.has(role)) throw new BadSelector('unknown role "' + part.role + '"');
    const name = part.name === undefined ? null : text_matcher(part.name);
    const description = part.description === undefined ? null : text_matcher(part.description);
    return query_everywhere(scope, role_candidates_css(role), scan).filter((el) => {
        if (name && name.raw && surely_not_named(el, name.squashed, scan)) return false;
        if (role_of(el) !== role || !has_aria_states(el, part)) return false;
        if (!part.include_hidden && is_aria_hidden(el, scan)) return false;
        return (!name || name.test(accessible_name(el, scan))) &&
            (!description || description.test(accessible_description(el, scan)));
    });
}
