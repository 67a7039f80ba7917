// Resolves a recorded bundle: every strategy at once, each candidate scored against all of the bundle.

const k_bundle_accept = 0.6;
const k_bundle_margin = 0.1;
const k_bundle_pool = 50;
const k_test_id_names = /^data-(testid|test-id|test|cy|qa|automation-id)$/;

// [weight of agreement, weight of disagreement]. Structure and style change often, so they disagree cheaply; what an
// element is changes rarely, so a different tag costs much.
const k_clue_weights = {
    'data-testid': [3, 3],
    id: [2.5, 2.5],
    name: [2, 2],
    aria: [2.5, 2.5],
    role: [1, 2],
    placeholder: [1.5, 1.5],
    label: [2, 2],
    css: [1, 0.5],
    xpath: [0.75, 0.4],
    class: [0.75, 0.5],
    text: [2.5, 2.5],
    position: [0.5, 0.25],
    data: [1, 1],
    tag: [1, 4],
    input_type: [0.75, 4],
};
const k_strategy_order = [
    'data-testid',
    'id',
    'name',
    'aria',
    'role',
    'placeholder',
    'label',
    'css',
    'xpath',
    'class',
    'text',
    'data',
    'position',
];
const k_place_clues = ['css', 'xpath', 'position'];

const looks_generated = (id) =>
    /^:|:r\w+:|^(ember|react|mui|radix|headlessui|ext-gen|yui|gwt|j_id|cdk|mat|ng)[-_:]?.*\d|\d{4,}|[0-9a-f]{8,}/i.test(
        id) ||
    (id.match(/\d/g) || []).length * 2 > id.length;

// Agreement of two texts, 0 to 1. Equal but for numbers ("Cart (3)") is nearly equal; containment counts in part.
function text_agreement(a, b) {
    const x = normalise_text(a).toLowerCase(), y = normalise_text(b).toLowerCase();
    if (!x || !y) return 0;
    if (x === y) return 1;
    const without_digits = (s) => s.replace(/\d+/g, '#');
    if (/[^\d\s\W]/.test(x) && without_digits(x) === without_digits(y)) return 0.85;
    const [small, big] = x.length < y.length ? [x, y] : [y, x];
    if (small.length > 2 && big.includes(small)) return 0.4 + 0.5 * (small.length / big.length);
    const words = new Set(small.split(/[^\p{L}\p{N}]+/u).filter(Boolean));
    const others = new Set(big.split(/[^\p{L}\p{N}]+/u).filter(Boolean));
    const common = [...words].filter((w) => others.has(w)).length;
    return common ? (0.8 * common) / (words.size + others.size - common) : 0;
}

function class_agreement(recorded, el) {
    const wanted = recorded.split(/\s+/).filter(Boolean);
    const own = new Set((attr(el, 'class') || '').split(/\s+/).filter(Boolean));
    const common = wanted.filter((c) => own.has(c)).length;
    return common / (wanted.length + own.size - common || 1);
}

// Distance of the centres in the better of both readings: box in the page, box in the viewport.
function box_distance(box, el) {
    const r = rect_of(el);
    const dx = r.left + r.width / 2 - (box.left + box.width / 2);
    const dy = r.top + r.height / 2 - (box.top + box.height / 2);
    return Math.min(Math.hypot(dx, dy), Math.hypot(dx + scrollX, dy + scrollY));
}

function same_shape(box, el) {
    const r = rect_of(el);
    const close = (a, b) => Math.abs(a - b) <= 2 + 0.2 * Math.max(a, b);
    return close(r.width, box.width) && close(r.height, box.height);
}

const equal_or_missing = (wanted, own) => (own === wanted ? 1 : own ? 0 : 0.15);

// The recorded text. Of a field it would be what was typed there, which says nothing about the field.
function bundle_text(bundle) {
    const typed = bundle.tag === 'textarea' ||
        (bundle.tag === 'input' && !/^(button|submit|reset)$/.test(bundle.input_type || ''));
    return typed ? '' : (bundle.visible_text || '').trim();
}

// What the bundle knows: [{clue, weight, cost, test(el) -> 0..1}].
function bundle_clues(bundle, found, scan) {
    const clues = [];
    const add = (clue, value, test, factor = 1) => {
        if (!value) return;
        const [weight, cost] = k_clue_weights[clue];
        clues.push({clue, weight: weight * factor, cost: cost * factor, test});
    };
    const own_name = (el) => (attr(el, 'aria-label') || '').trim() || accessible_name(el, scan);
    for (const [name, value] of bundle.data_attrs || []) {
        const generated = looks_generated(value);
        add(k_test_id_names.test(name) ? 'data-testid' : 'data', value, (el) => equal_or_missing(value, attr(el, name)),
            generated ? 0.3 : 1);
    }
    const generated_id = bundle.id && looks_generated(bundle.id);
    add('id', bundle.id, (el) => equal_or_missing(bundle.id, attr(el, 'id')), generated_id ? 0.1 : 1);
    add('name', bundle.name, (el) => equal_or_missing(bundle.name, attr(el, 'name')));
    add('aria', bundle.aria,
        (el) => Math.max(
            text_agreement(bundle.aria, own_name(el)), text_agreement(bundle.aria, accessible_name(el, scan))));
    add('role', bundle.role, (el) => (attr(el, 'role') === bundle.role || role_of(el) === bundle.role ? 1 : 0));
    add('placeholder', bundle.placeholder, (el) => text_agreement(bundle.placeholder, attr(el, 'placeholder') || ''));
    add('label', bundle.label,
        (el) => Math.max(0, ...label_texts(el, scan).map((t) => text_agreement(bundle.label, t))));
    add('css', bundle.css, (el) => (found.css.includes(el) ? 1 : 0),
        generated_id && bundle.css.includes(bundle.id) ? 0.2 : 1);
    add('xpath', bundle.xpath, (el) => (found.xpath.includes(el) ? 1 : 0));
    add('class', bundle.class_name && bundle.class_name.trim(), (el) => class_agreement(bundle.class_name, el));
    add('text', bundle_text(bundle), (el) => text_agreement(bundle.visible_text, element_text(el, scan)));
    add('position', bundle.bounding, (el) => {
        const distance = box_distance(bundle.bounding, el);
        return (distance < 5       ? 1 :
                    distance < 60  ? 0.6 :
                    distance < 200 ? 0.3 :
                                     0) *
            (same_shape(bundle.bounding, el) ? 1 : 0.7);
    });
    add('tag', bundle.tag, (el) => (tag_of(el) === bundle.tag.toLowerCase() ? 1 : 0));
    add('input_type', bundle.input_type,
        (el) => (tag_of(el) === 'input' && el.type === bundle.input_type.toLowerCase() ? 1 : 0));
    return clues;
}

function bundle_root(bundle, scan) {
    let root = document;
    for (const entry of bundle.shadow_hosts || []) {
        const host = shadow_host(root, entry, scan);
        const inner = host && shadow_root_of(host);
        if (!inner) return null;
        root = inner;
    }
    return root;
}

function shadow_host(root, entry, scan) {
    const tries = [
        entry.id && (() => query_all(root, '#' + CSS.escape(entry.id))),
        entry.css && (() => query_all(root, entry.css)),
        entry.xpath && (() => find_by_xpath(root, entry.xpath)),
        entry.name && (() => query_all(root, `[name=${quote_css(entry.name)}]`)),
        Number.isInteger(entry.index) && (() => [[...query_all(root, '*')].filter(shadow_root_of)[entry.index]]),
    ].filter(Boolean);
    for (const attempt of tries) {
        const host = [...quietly(attempt)].find((el) => el && shadow_root_of(el));
        if (host) return host;
    }
    return null;
}

// A selector that was recorded may be malformed; then it finds nothing, and the other clues decide.
function quietly(find) {
    try {
        return find();
    } catch (e) {
        return [];
    }
}

const k_named = 'a,button,input,select,textarea,summary,label,option,img,h1,h2,h3,h4,h5,h6,[role],' +
    '[tabindex],[aria-label],[aria-labelledby]';

// Candidates of each strategy.
function bundle_strategies(bundle, root, scan) {
    const within = (css) => quietly(() => query_everywhere(root, css, scan));
    const exact = (name, value) => (value ? within(`[${CSS.escape(name)}=${quote_css(value)}]`) : []);
    const found = {};
    found['data-testid'] = (bundle.data_attrs || []).flatMap(([name, value]) => exact(name, value));
    found.id = bundle.id ? exact('id', bundle.id) : [];
    found.name = exact('name', bundle.name);
    found.aria = exact('aria-label', bundle.aria);
    found.placeholder = exact('placeholder', bundle.placeholder);
    found.css = bundle.css ? quietly(() => find_by_css(root, bundle.css, scan)) : [];
    found.xpath = bundle.xpath ? quietly(() => find_by_xpath(root, bundle.xpath)) : [];
    found.label = bundle.label ? quietly(() => find_by_label(root, {text: bundle.label}, scan)) : [];
    const text = bundle_text(bundle);
    const name = (bundle.aria || '').trim() || text;
    found.role = name ? named_elements(root, name, scan) : [];
    found.text = text ? texted_elements(root, text, scan) : [];
    const classes = (bundle.class_name || '').split(/\s+/).filter(Boolean);
    found.class = classes.length ? within(classes.map((c) => '.' + CSS.escape(c)).join('')) : [];
    found.position = bundle.bounding ? elements_at(bundle.bounding) : [];
    return found;
}

function named_elements(root, name, scan) {
    const matcher = text_matcher({text: name});
    return query_everywhere(root, k_named, scan)
        .filter((el) => !surely_not_named(el, matcher.squashed, scan) && matcher.test(accessible_name(el, scan)));
}

// The smallest elements with the text, and the ancestors that hold nothing else: a recorder may have noted either.
function texted_elements(root, text, scan) {
    const found = [];
    for (const el of find_by_text(root, {text}, scan)) {
        const own = normalise_text(element_text(el, scan));
        for (let n = el, i = 0; n && i < 4 && normalise_text(element_text(n, scan)) === own;
             n = composed_parent(n), ++i)
            found.push(n);
    }
    return found;
}

function elements_at(box) {
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    return [[x, y], [x - scrollX, y - scrollY]].flatMap(([px, py]) => {
        const top = deep_element_from_point(px, py);
        return top ? [top, ...document_points(document, px, py).slice(0, 3)] : [];
    });
}

// Strong strategies first, so that the cap cuts the weakest.
function bundle_pool(found) {
    const pool = new Set();
    for (const strategy
             of ['data-testid', 'id', 'name', 'aria', 'role', 'placeholder', 'label', 'css', 'xpath', 'text', 'class',
                 'position']) {
        for (const el of found[strategy].slice(0, 20)) {
            if (pool.size >= k_bundle_pool) return pool;
            if (el !== document_element(document) && el !== document_body(document)) pool.add(el);
        }
    }
    return pool;
}

function score_candidate(el, clues) {
    let sum = 0, total = 0, plain_sum = 0, plain_total = 0;
    const agreements = {};
    for (const {clue, weight, cost, test} of clues) {
        const s = test(el);
        const full = s * weight + (1 - s) * cost;
        sum += s * weight;
        total += full;
        if (!k_place_clues.includes(clue)) {
            plain_sum += s * weight;
            plain_total += full;
        }
        agreements[clue] = Math.max(agreements[clue] || 0, s);
    }
    return {el, agreements, score: total ? sum / total : 0, plain: plain_total ? plain_sum / plain_total : 0};
}

// Which of the equals: the only visible one, else the exact xpath, else the unique css, else the nearest box.
function pick_twin(twins, bundle, found) {
    const visible = twins.filter((t) => is_visible(t.el));
    if (visible.length === 1) return visible[0];
    if (visible.length) twins = visible;
    for (const strategy of ['xpath', 'css']) {
        if (found[strategy].length !== 1) continue;
        const chosen = twins.find((t) => t.el === found[strategy][0]);
        if (chosen) return chosen;
    }
    if (!bundle.bounding) return null;
    const near = twins.map((t) => [box_distance(bundle.bounding, t.el), t]).sort((a, b) => a[0] - b[0]);
    return near[0][0] < 100 && near[0][0] + 8 < near[1][0] ? near[0][1] : null;
}

// Words when one strong clue stands against all that is said about the element.
function contradiction(candidate) {
    const {agreements} = candidate;
    const said = ['aria', 'text', 'label'].filter((clue) => clue in agreements);
    if (!said.length || said.some((clue) => agreements[clue] >= 0.3)) return '';
    const strong = ['data-testid', 'id', 'name', 'placeholder'].filter((clue) => agreements[clue] >= 0.9);
    return strong.length > 1 ? '' : `${strong[0] || 'something'} agrees, but not ${said.join(' nor ')}`;
}

// The element that agrees with the bundle, or null. Leaves the account of it in scan.bundle.
function resolve_bundle(bundle, scan) {
    const root = bundle_root(bundle, scan) || document;
    const found = bundle_strategies(bundle, root, scan);
    const clues = bundle_clues(bundle, found, scan);
    if (!clues.length) throw new BadSelector('an empty bundle');
    const ranked = [...bundle_pool(found)]
                       .map((el) => score_candidate(el, clues))
                       .sort((a, b) => b.score - a.score || compare_in_document(a.el, b.el));
    if (!ranked.length) {
        scan.bundle = null;
        return null;
    }
    // An ancestor or descendant with the same text is not a rival but another name of the same thing.
    let best = ranked[0];
    const rivals =
        ranked.filter((r) => r !== best && !composed_contains(r.el, best.el) && !composed_contains(best.el, r.el));
    let runner_up = rivals[0];
    let refused = best.score < k_bundle_accept ? `the best candidate agrees by ${best.score.toFixed(2)} only` : '';
    if (!refused && runner_up && best.score - runner_up.score < k_bundle_margin) {
        const twins = [best, ...rivals.filter((r) => Math.abs(r.plain - best.plain) < 1e-6)];
        const chosen = twins.length > 1 && (runner_up.plain === best.plain || twins.includes(runner_up)) ?
            pick_twin(twins, bundle, found) :
            null;
        if (chosen) {
            runner_up = rivals.concat(best).find((r) => r !== chosen);
            best = chosen;
        } else {
            refused = `${twins.length > 1 ? twins.length : 2} candidates agree alike`;
        }
    }
    if (!refused) refused = contradiction(best);
    scan.bundle = bundle_account(best, runner_up, clues, refused);
    return refused ? null : best.el;
}

function bundle_account(best, runner_up, clues, refused) {
    const named = (wanted) => Object.keys(best.agreements).filter((clue) => wanted(best.agreements[clue]));
    const account = {
        strategy: k_strategy_order.find((clue) => best.agreements[clue] >= 0.9) || named((s) => s >= 0.9)[0] || '',
        score: Math.round(best.score * 1000) / 1000,
        runner_up: runner_up ? Math.round(runner_up.score * 1000) / 1000 : 0,
        agreed: named((s) => s >= 0.5),
        disagreed: named((s) => s < 0.5),
        known: clues.length,
        selector: css_path(best.el),
        element: describe_element(best.el),
    };
    if (refused) account.refused = refused;
    return account;
}
