// One call from C++: what it asked for, what was seen last, and the results it may end with.

function start_call(args) {
    return {
        args,
        log: new CallLog(),
        found: '',
        matches: 0,
        bundle: null,
        scan: null,
        element: null,
        state: 'attached',
        message: 'no element matches',
        settling: null,
        scrolls: 0,
        scrolled_for: ''
    };
}

function success(call, el, extra) {
    const result =
        {ok: true, element: el ? describe_element(el) : '', matches: call.matches, log: call.log.lines, ...extra};
    if (call.bundle) result.bundle = call.bundle;
    return {final: result};
}

function failure(call, error, message, extra) {
    const result = {
        ok: false,
        error,
        message,
        state: call.state,
        matches: call.matches,
        log: call.log.lines,
        closed_hosts: has_closed_hosts(),
        ...extra
    };
    if (call.element) result.element = describe_element(call.element);
    if (call.bundle) result.bundle = call.bundle;
    return {final: result};
}

// Not yet: remembers why, for the day the time is up.
function not_yet(call, state, message, log_line, frame) {
    call.state = state;
    call.message = message;
    call.log.add((log_line || message) + ' - waiting');
    return {roots: call.scan ? all_shadow_roots(call.scan) : [], frame: !!frame};
}

function time_is_up(call) {
    const refused = call.state === 'attached' && call.bundle && call.bundle.refused;
    return failure(
               call,
               refused                     ? 'bundle_refused' :
                   call.state === 'option' ? 'option_missing' :
                                             'timeout',
               call.message, call.extra)
        .final;
}

// Elements of the call's chain. {elements}, or {answer} when the selector is malformed.
function find_elements(call) {
    call.scan = new_scan();
    try {
        const elements = resolve_chain(call.args.chain || [], call.scan);
        call.matches = elements.length;
        call.bundle = call.scan.bundle;
        return {elements};
    } catch (e) {
        if (!(e instanceof BadSelector)) throw e;
        return {answer: failure(call, 'bad_selector', e.message)};
    }
}

function not_unique(call, elements) {
    call.state = 'unique';
    const candidates =
        elements.slice(0, 5).map((el) => `${describe_element(el)} aka ${suggest_locator(el, call.scan)}`);
    return failure(call, 'not_unique', `${elements.length} elements match`, {candidates});
}

// The one element of the call: {el}, or {answer} while there is none (or too many).
function find_element(call) {
    const {elements, answer} = find_elements(call);
    if (answer) return {answer};
    const el = call.element = elements[0] || null;
    if (!el) {
        const bundle = call.bundle;
        const message = bundle ? `no element agrees with the recording: ${bundle.refused} (best: ${bundle.element})` :
                                 'no element matches';
        call.found = '';
        return {answer: not_yet(call, 'attached', message)};
    }
    if (elements.length > 1 && call.args.strict !== false) return {answer: not_unique(call, elements)};
    const found = `found ${elements.length} match${elements.length > 1 ? 'es' : ''}: ${describe_element(el)}`;
    if (found !== call.found) call.log.add(call.found = found);
    return {el};
}

// Moving? Costs no frame unless an animation may move the element (or the call says it is slow): then its rectangle has
// to be the same in two frames.
function is_moving(call, el) {
    const animations = running_animations(el);
    if (!call.args.slow && !animations.length) return false;
    const rect = rect_of(el);
    const hidden = document.visibilityState === 'hidden';  // no frames: the clock has to do
    const frame = hidden ? performance.now() : document_timeline(document).currentTime;
    const before = call.settling;
    const settled = before && before.el === el && same_rect(before.rect, rect) && !animations.some(is_starting);
    if (settled) return frame === before.frame;
    call.settling = {el, rect, frame};
    return true;
}

const k_state_words = {
    visible: (call, el) => not_visible(el),
    enabled: (call, el) => (is_enabled(el) ? '' : 'disabled'),
    editable: (call, el) => not_editable(el),
    stable: (call, el) => (is_moving(call, el) ? 'moving' : ''),
};
const k_state_messages = {
    visible: (why) => `element is not visible (${why})`,
    enabled: () => 'element still disabled',
    editable: (why) => (why === 'disabled' ? 'element still disabled' : `element is not editable (${why})`),
    stable: () => 'element keeps moving',
};

// Null when all the wanted states hold, else the answer of this attempt.
function wait_for_states(call, el, wanted) {
    const held = [];
    for (const state of ['visible', 'stable', 'enabled', 'editable']) {
        if (!wanted.includes(state)) continue;
        const why = k_state_words[state](call, el);
        if (why)
            return not_yet(
                call, state, k_state_messages[state](why), [...held, 'not ' + state].join(', '), state === 'stable');
        held.push(state);
    }
    call.held = held;
    return null;
}

const wanted_states = (call, usual) => (call.args.force ? [] : call.args.checks || usual);
