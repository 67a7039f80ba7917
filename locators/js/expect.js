// Expectations: one check whatever the timeout, then waiting.

const as_match = (expected) =>
    (typeof expected === 'object' && expected !== null ? expected : {text: String(expected)});

// Does a text agree with what is expected of it? `how`: 'whole' or 'part'; `normalised` or as it is.
function text_agrees(received, expected, {how, normalised, ignore_case}) {
    const match = as_match(expected);
    if (match.regex !== undefined) {
        const flags =
            (match.flags || '').replace(/[gyi]/g, '') + (ignore_case || /i/.test(match.flags || '') ? 'i' : '');
        return new RegExp(match.regex, flags).test(received);
    }
    const prepare = (s) => {
        const clean = normalised ? normalise_text(s) : s;
        return ignore_case ? clean.toLowerCase() : clean;
    };
    return how === 'part' ? prepare(received).includes(prepare(match.text)) : prepare(received) === prepare(match.text);
}

function expected_words(expected) {
    if (Array.isArray(expected)) return '[' + expected.map(expected_words).join(', ') + ']';
    const match = as_match(expected);
    return match.regex !== undefined ? `/${match.regex}/${match.flags || ''}` : quote(match.text);
}

const state_probe = (holds, words, without) => (el) => {
    const why = holds(el);
    return {holds: why === '', received: why === '' ? words : `${without}${why ? ` (${why})` : ''}`};
};
const flag_probe = (test, yes, no) => (el) => {
    const on = test(el);
    return {holds: on, received: on ? yes : no};
};

// Kinds about one element without an expected value: {holds, received}.
const k_state_probes = {
    visible: state_probe(not_visible, 'visible', 'hidden'),
    hidden(el) {
        const why = not_visible(el);
        return {holds: why !== '', received: why ? `hidden (${why})` : 'visible'};
    },
    attached: () => ({holds: true, received: 'attached'}),
    enabled: flag_probe(is_enabled, 'enabled', 'disabled'),
    disabled: flag_probe((el) => !is_enabled(el), 'disabled', 'enabled'),
    editable: (el) => {
        const why = can_be_editable(label_target(el)) ? not_editable(el) : 'cannot be edited';
        return {holds: !why, received: why || 'editable'};
    },
    checked: flag_probe((el) => checked_state(el) === true, 'checked', 'unchecked'),
    unchecked: flag_probe((el) => checked_state(el) === false, 'unchecked', 'checked'),
    focused: (el) => {
        const on = deep_active_element() === el;
        return {
            holds: on,
            received: on ? 'focused' :
                           `focus is on ${describe_tag(deep_active_element() || document_element(document))}`
        };
    },
    empty: (el, args, scan) => {
        const field = element_matches(el, 'input,textarea,select');
        const empty = field ? el.value === '' : !normalise_text(element_text(el, scan));
        return {holds: empty, received: empty ? 'empty' : 'not empty'};
    },
    in_viewport: (el, args) => {
        const ratio = view_ratio(el);
        const least = args.expected && args.expected.ratio;
        const held = least ? ratio >= least - 1e-9 : ratio > 0;
        return {holds: held, received: `${Math.round(ratio * 100)} % in the viewport`};
    },
};

// Kinds that compare a text of one element.
const k_text_probes = {
    text: {get: (el, args, scan) => normalise_text(element_text(el, scan)), how: 'whole', normalised: true},
    contains_text: {get: (el, args, scan) => normalise_text(element_text(el, scan)), how: 'part', normalised: true},
    value: {get: (el) => input_value(el), how: 'whole'},
    attribute: {get: (el, args) => attr(el, args.name), how: 'whole'},
    class: {get: (el) => normalise_text(attr(el, 'class') || ''), how: 'whole', normalised: true},
    css: {get: (el, args) => style_of(el).getPropertyValue(args.name), how: 'whole'},
    id: {get: (el) => id_of(el), how: 'whole'},
    role: {get: (el) => role_of(el) || '', how: 'whole'},
    accessible_name: {get: (el, args, scan) => accessible_name(el, scan), how: 'whole', normalised: true},
};
const k_list_kinds = ['text', 'contains_text', 'class'];
const document_title = dom_getter(Document.prototype, 'title');

function probe_text(args, probe, received) {
    if (args.kind === 'attribute' && args.expected === undefined) return {holds: received !== null, received};
    if (received === null || received === undefined) return {holds: false, received: null};
    return {holds: text_agrees(received, args.expected, {...probe, ignore_case: args.ignore_case}), received};
}

// A list of texts: all one by one; for contains_text a part of them, in this order.
function probe_list(args, elements, scan) {
    const probe = k_text_probes[args.kind];
    const received = elements.map((el) => probe.get(el, args, scan));
    const agrees = (text, expected) => text_agrees(text, expected, {...probe, ignore_case: args.ignore_case});
    if (args.kind !== 'contains_text') {
        return {
            holds: received.length === args.expected.length && received.every((t, i) => agrees(t, args.expected[i])),
            received
        };
    }
    let next = 0;
    for (const text of received)
        if (next < args.expected.length && agrees(text, args.expected[next])) ++next;
    return {holds: next === args.expected.length, received};
}

// {probe} of this moment, {missing: true} without an element, or {answer}.
function probe_once(call) {
    const {args} = call;
    if (args.kind === 'title' || args.kind === 'url') {
        call.scan = call.scan || new_scan();
        const text = args.kind === 'title' ? normalise_text(document_title(document)) : location.href;
        return {probe: probe_text(args, {how: 'whole', normalised: args.kind === 'title'}, text)};
    }
    if (args.kind === 'count' || Array.isArray(args.expected)) {
        const {elements, answer} = find_elements(call);
        if (answer) return {answer};
        if (args.kind === 'count')
            return {probe: {holds: elements.length === args.expected, received: elements.length}};
        return {probe: probe_list(args, elements, call.scan)};
    }
    const {el, answer} = find_element(call);
    if (answer) return 'final' in answer ? {answer} : {missing: true};
    const probe = k_text_probes[args.kind];
    return {
        probe: probe ? probe_text(args, probe, probe.get(el, args, call.scan)) :
                       k_state_probes[args.kind](el, args, call.scan)
    };
}

function received_words(args, received) {
    if (received === null) return args.kind === 'value' ? 'element has no value' : `no attribute ${quote(args.name)}`;
    if (args.kind === 'count') return `found ${received}`;
    if (Array.isArray(received)) return 'received ' + JSON.stringify(received.slice(0, 20));
    const text = args.kind in k_state_probes;
    return text ? `element is ${received}` : 'received ' + quote(received);
}

function attempt_expectation(call) {
    const {args, log} = call;
    const {probe, missing, answer} = probe_once(call);
    if (answer) {
        const {error, message, candidates, closed_hosts} = answer.final;
        return {
            final: {
                pass: false,
                received: null,
                message,
                log: log.lines,
                matches: call.matches,
                error,
                candidates,
                closed_hosts
            }
        };
    }
    const holds = missing ? args.kind === 'hidden' : probe.holds;
    const may_be_missing =
        args.kind === 'hidden' || (args.negate && (args.kind === 'visible' || args.kind === 'attached'));
    const pass = missing && !may_be_missing ? false : holds !== !!args.negate;
    call.received = missing ? null : probe.received;
    const words = missing ? call.message : received_words(args, probe.received);
    if (pass) return {final: {pass, received: call.received, message: words, log: log.lines, matches: call.matches}};
    return not_yet(call, args.kind, words);
}

function expectation_expired(call) {
    return {
        pass: false,
        received: call.received,
        message: call.message,
        log: call.log.lines,
        matches: call.matches,
        error: 'timeout',
        closed_hosts: has_closed_hosts()
    };
}

function expect_element(args) {
    const {kind} = args;
    const known = kind in k_state_probes || kind in k_text_probes || ['count', 'title', 'url'].includes(kind);
    if (!known) throw new Error(`unknown expectation ${quote(kind)}`);
    if (Array.isArray(args.expected) && !k_list_kinds.includes(kind)) throw new Error(`${kind} takes no list`);
    if (kind !== 'attribute' && (kind in k_text_probes || kind === 'title' || kind === 'url')) {
        for (const e of [].concat(args.expected)) text_matcher(as_match(e));
    }
    const call = start_call(args);
    return wait_until(() => attempt_expectation(call), () => expectation_expired(call), args.timeout_ms);
}
