// Actions. An attempt resolves the chain, checks the states and acts, all without giving way to the page.

const k_scroll_blocks = ['center', 'end', 'start', 'nearest'];
const wrong_element = (call, message) => failure(call, 'wrong_element', message);

function attempt_aim(call, el) {
    const {args} = call;
    if (args.checked !== undefined) {
        const state = checked_state(el);
        if (state === null) return wrong_element(call, 'element is not a checkbox or radio button');
        if (state === args.checked) return success(call, el, {done: true});
        if (!args.checked && label_target(el).type === 'radio')
            return wrong_element(call, 'a radio button cannot be unchecked');
    }
    const wanted = wanted_states(call, ['visible', 'stable', 'enabled', 'receives']);
    const waiting = wait_for_states(call, el, wanted);
    if (waiting) return waiting;

    const point = target_point(el, args.position);
    if (!point && not_visible(el)) return not_yet(call, 'visible', k_state_messages.visible(not_visible(el)));
    const receives = wanted.includes('receives');
    const blocker = point && receives ? blocker_at(point, el) : '';
    if (!point || blocker) return scroll_to_reach(call, el, point, blocker);

    call.log.add([...call.held, ...(receives ? ['receives events'] : [])].join(', ') || 'not checked');
    const kind = args.arm || 'press';
    return success(call, el, kind === 'none' ? {point} : {point, token: arm_target(el, kind)});
}

// Tries the four ways to bring an element into view, one per frame, so that sticky headers uncover it and virtual lists
// have rendered; then only waits, until something else is in the way.
function scroll_to_reach(call, el, point, blocker) {
    if (point && style_of(el).pointerEvents === 'none') {
        return not_yet(call, 'receives', 'element ignores the pointer (pointer-events: none)');
    }
    if (call.scrolled_for !== blocker) {
        call.scrolled_for = blocker;
        call.scrolls = 0;
    }
    const block = k_scroll_blocks[call.scrolls];
    if (block) {
        ++call.scrolls;
        scroll_to_element(el, {block, inline: block, behavior: 'instant'});
        call.log.add('scrolled into view');
    }
    const log_line = (what) => [...call.held, what].join(', ');
    return point ?
        not_yet(call, 'receives', `element is covered by ${blocker}`, log_line(`covered by ${blocker}`), block) :
        not_yet(call, 'in_view', 'element is outside of the viewport', log_line('outside of the viewport'), block);
}

const focusable_prototype = (el) => (el instanceof SVGElement ? SVGElement : HTMLElement).prototype;

// Null when the element has the focus, else the answer of this attempt.
function take_focus(call, el) {
    focusable_prototype(el).focus.call(el);
    return has_focus(el) ? null : not_yet(call, 'focused', focus_message());
}

const focus_message = () => {
    const active = deep_active_element();
    return active && active !== document_body(document) ? `focus went to ${describe_tag(active)}` :
                                                          'element does not take the focus';
};

function has_focus(el) {
    const active = deep_active_element();
    return active === el || (!!active && is_content_editable(el) && composed_contains(active, el));
}

function select_content(el) {
    if (tag_of(el) === 'input' || tag_of(el) === 'textarea') {
        el.select();
    } else if (is_content_editable(el) && host_of_tree(el)) {
        document_exec(document, 'selectAll');  // a Selection does not reach into shadow trees
    } else {
        window.getSelection().selectAllChildren(el);
    }
}

const k_set_types = new Set('color date time datetime-local month range week'.split(' '));
const k_value_forms = {
    color: '#rrggbb',
    date: 'YYYY-MM-DD',
    time: 'HH:MM',
    'datetime-local': 'YYYY-MM-DDTHH:MM',
    month: 'YYYY-MM',
    week: 'YYYY-Www',
};
const set_input_value = dom_setter(HTMLInputElement.prototype, 'value');

// What the field would make of the value: asked of an input outside of the page.
function sanitised_value(el, value) {
    const probe = document_create(document, 'input');
    probe.type = el.type;
    for (const name of el.type === 'range' ? ['min', 'max', 'step'] : [])
        if (has_attr(el, name)) probe.setAttribute(name, attr(el, name));
    set_input_value(probe, value);
    return probe.value;
}

// '' or why the field can never hold the value.
function value_fault(el, value, shown) {
    const type = tag_of(el) === 'input' ? el.type : '';
    if (type === 'number')
        return value.trim() !== '' && !Number.isFinite(Number(value)) ? `not a number: ${shown}` : '';
    if (!k_set_types.has(type) || (value === '' && type !== 'color' && type !== 'range')) return '';
    const made = sanitised_value(el, value);
    if (type === 'range') {
        return value.trim() !== '' && Number(made) === Number(value) ?
            '' :
            `not a value of this range: ${shown} (${el.min || 0} to ${el.max || 100} in steps of ${el.step || 1})`;
    }
    const held = type === 'color' ? made === value.toLowerCase() : made !== '';
    return held ?
        '' :
        `not a valid ${type === 'datetime-local' ? 'date and time' : type}: ${shown} (expected ${k_value_forms[type]})`;
}

function fire_change(el) {
    dispatch(el, new Event('input', {bubbles: true, composed: true}));
    dispatch(el, new Event('change', {bubbles: true}));
}

const k_field = 'an <input>, <textarea> or [contenteditable] element';

function attempt_fill(call, found) {
    const el = label_target(found);
    const {value, secret} = call.args;
    const shown = secret ? '***' : quote(value);
    const tag = tag_of(el);
    if (tag === 'input' ? k_not_typed.has(el.type) : tag !== 'textarea' && !is_content_editable(el)) {
        return wrong_element(
            call, tag === 'input' ? `an input of type ${el.type} cannot be filled` : `element is not ${k_field}`);
    }
    const fault = value_fault(el, value, shown);
    if (fault) return failure(call, 'bad_value', fault);
    const waiting =
        wait_for_states(call, el, wanted_states(call, ['visible', 'enabled', 'editable'])) || take_focus(call, el);
    if (waiting) return waiting;
    if (tag === 'input' && k_set_types.has(el.type)) {
        set_input_value(el, el.type === 'color' ? value.toLowerCase() : value);
        fire_change(el);
        return success(call, el);
    }
    select_content(el);
    if (value === '')
        document_exec(document, 'delete');
    else
        document_exec(document, 'insertText', false, value);
    return verify_filled(call, el, value, secret);
}

const plain_value = (s) => s.replace(/\r\n?/g, '\n');
const letters_only = (s) => s.replace(/[^\p{L}\p{N}]/gu, '');

function verify_filled(call, el, value, secret) {
    const field = tag_of(el) === 'input' || tag_of(el) === 'textarea';
    const wanted = field && tag_of(el) === 'input' ? value.replace(/[\r\n]+/g, ' ') : plain_value(value);
    const received = field ? plain_value(el.value) : el.innerText;
    const same = field ?
        received === wanted || (el.type === 'number' && Number(received) === Number(wanted) && received !== '') :
        normalise_text(received) === normalise_text(wanted);
    const letters = letters_only(wanted);
    if (!same && (letters === '' || letters_only(received) !== letters)) {
        const hide = (s) => (secret ? '***' : s);
        return failure(
            call, 'value_mismatch',
            `the field holds ${secret ? '***' : quote(received)} after ${secret ? '***' : quote(value)} was entered`,
            {expected: hide(value), received: hide(received), dispatched: true});
    }
    if (!has_focus(el)) {
        call.state = 'focused';
        return failure(call, 'focus_moved', focus_message(), {dispatched: true});
    }
    return success(call, el);
}

const option_words = (o) => (o.index !== undefined ? `number ${o.index}` : quote(o.any ?? o.value ?? o.label));

function find_option(options, wanted) {
    if (wanted.index !== undefined) return options[wanted.index];
    const by_label = (label) => options.find((o) => normalise_text(o.label) === normalise_text(label));
    if (wanted.any !== undefined) return options.find((o) => o.value === wanted.any) || by_label(wanted.any);
    return options.find(
        (o) => (wanted.value === undefined || o.value === wanted.value) &&
            (wanted.label === undefined || normalise_text(o.label) === normalise_text(wanted.label)));
}

function attempt_select(call, found) {
    const el = label_target(found);
    if (tag_of(el) !== 'select') return wrong_element(call, 'element is not a <select> element');
    const wanted = call.args.options;
    if (wanted.length > 1 && !el.multiple)
        return wrong_element(call, `${wanted.length} options for a <select> that is not multiple`);
    const waiting = wait_for_states(call, el, wanted_states(call, ['visible', 'enabled']));
    if (waiting) return waiting;
    const options = [...el.options];
    const chosen = [];
    for (const w of wanted) {
        const option = find_option(options, w);
        if (!option) {
            const known = options.slice(0, 10).map((o) => quote(normalise_text(o.label))).join(', ');
            return not_yet(call, 'option', `no option ${option_words(w)}, the options are: ${known || 'none'}`);
        }
        if (element_matches(option, ':disabled'))
            return not_yet(call, 'enabled', `option ${option_words(w)} is disabled`);
        chosen.push(option);
    }
    if (!el.multiple && !chosen.length) el.selectedIndex = -1;
    for (const option of options)
        if (el.multiple || chosen.includes(option)) option.selected = chosen.includes(option);
    HTMLElement.prototype.focus.call(el);
    fire_change(el);
    return success(call, el, {selected: [...el.selectedOptions].map((o) => o.value)});
}

function attempt_scroll_into_view(call, el) {
    const waiting = wait_for_states(call, el, wanted_states(call, ['stable']));
    if (waiting) return waiting;
    if (view_ratio(el) < 0.999) {
        scroll_to_element(el, {block: 'center', inline: 'nearest', behavior: 'instant'});
        call.log.add('scrolled into view');
    }
    return success(call, el);
}

const scroll_element_to = dom_method(Element.prototype, 'scrollTo');
const document_scroller = dom_getter(Document.prototype, 'scrollingElement');

function attempt_scroll_to(call, el) {
    const scroller = el || document_scroller(document) || document_element(document);
    scroll_element_to(scroller, {left: call.args.x, top: call.args.y, behavior: 'instant'});
    return success(call, el, {scroll: {x: scroller.scrollLeft, y: scroller.scrollTop}});
}

const k_actions = {
    aim: attempt_aim,
    fill: attempt_fill,
    select: attempt_select,
    scroll_into_view: attempt_scroll_into_view,
    scroll_to: attempt_scroll_to,
    focus: (call, el) =>
        wait_for_states(call, el, wanted_states(call, [])) || take_focus(call, el) || success(call, el),
    blur(call, el) {
        focusable_prototype(el).blur.call(el);
        return success(call, el);
    },
    select_text(call, found) {
        const el = label_target(found);
        const waiting = wait_for_states(call, el, wanted_states(call, ['visible']));
        if (waiting) return waiting;
        const field = tag_of(el) === 'input' || tag_of(el) === 'textarea';
        if (field) HTMLElement.prototype.focus.call(el);
        select_content(el);
        return success(call, el);
    },
    hold: (call, el) => wait_for_states(call, el, wanted_states(call, [])) || success(call, el),
};

function attempt_action(call) {
    const {args} = call;
    if (args.action === 'scroll_to' && !(args.chain || []).length) return attempt_scroll_to(call, null);
    const {el, answer} = find_element(call);
    return answer || k_actions[args.action](call, el);
}

// {result, element}: the element is for `element()` only.
async function perform(args) {
    const call = start_call(args);
    if (!Object.hasOwn(k_actions, args.action)) throw new Error(`unknown action ${quote(args.action)}`);
    const result = await wait_until(() => attempt_action(call), () => time_is_up(call), args.timeout_ms);
    return {result, element: call.element};
}
