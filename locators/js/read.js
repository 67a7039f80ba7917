// Reading: what an element holds, how many there are, whether it is there.

function input_value(el) {
    const control = label_target(el);
    return element_matches(control, 'input,textarea,select') ? control.value : null;
}

const inner_text = (el) => (el instanceof HTMLElement ? dom_inner_text(el) : text_content(el));
const dom_inner_text = dom_getter(HTMLElement.prototype, 'innerText');
const dom_inner_html = dom_getter(Element.prototype, 'innerHTML');
const dom_outer_html = dom_getter(Element.prototype, 'outerHTML');

function element_box(el) {
    if (!client_rects_of(el).length) return null;
    const r = rect_of(el);
    return {x: r.x, y: r.y, width: r.width, height: r.height};
}

// {value}, or {fault} when the element has no such thing.
const k_readers = {
    text_content: (el) => ({value: text_content(el)}),
    inner_text: (el) => ({value: inner_text(el)}),
    inner_html: (el) => ({value: dom_inner_html(el)}),
    outer_html: (el) => ({value: dom_outer_html(el)}),
    input_value(el) {
        const value = input_value(el);
        return value === null ? {fault: 'element is not an <input>, <textarea> or <select> element'} : {value};
    },
    attribute: (el, name) => ({value: attr(el, name)}),
    property: (el, name) => ({value: el[name] ?? null}),
    box: (el) => ({value: element_box(el)}),
    is_checked(el) {
        const state = checked_state(el);
        return state === null ? {fault: 'element is not a checkbox or radio button'} : {value: state === true};
    },
    is_enabled: (el) => ({value: is_enabled(el)}),
    is_editable: (el) => (can_be_editable(label_target(el)) ? {value: !not_editable(el)} : {
        fault: 'element is not an <input>, <textarea>, <select> or [contenteditable] element'
    }),
};

function read_element(args) {
    const call = start_call(args);
    if (!Object.hasOwn(k_readers, args.what)) throw new Error(`cannot read ${quote(args.what)}`);
    const attempt = () => {
        const {el, answer} = find_element(call);
        if (answer) return answer;
        const {value, fault} = k_readers[args.what](el, args.name);
        return fault ? failure(call, 'wrong_element', fault) : success(call, el, {value});
    };
    return wait_until(attempt, () => time_is_up(call), args.timeout_ms);
}

const k_queries = {
    count: (elements) => elements.length,
    is_visible: (elements) => !!elements[0] && is_visible(elements[0]),
    is_hidden: (elements) => !elements[0] || !is_visible(elements[0]),
    all_inner_texts: (elements) => elements.map(inner_text),
    all_text_contents: (elements) => elements.map((el) => text_content(el)),
    describe: (elements) => elements.map(describe_element),
};

function query_elements(args) {
    const call = start_call(args);
    if (!Object.hasOwn(k_queries, args.what)) throw new Error(`cannot query ${quote(args.what)}`);
    const {elements, answer} = find_elements(call);
    if (answer) return answer.final;
    const single = args.what === 'is_visible' || args.what === 'is_hidden';
    if (single && elements.length > 1 && args.strict !== false) return not_unique(call, elements).final;
    return success(call, elements[0], {value: k_queries[args.what](elements)}).final;
}

function wait_for_element(args) {
    const call = start_call(args);
    const attempt = () => {
        const gone = args.state === 'detached' || args.state === 'hidden';
        const {el, answer} = find_element(call);
        if (answer) return 'final' in answer || !gone ? answer : success(call, null);
        if (args.state === 'attached') return success(call, el);
        const why = not_visible(el);
        if (args.state === 'visible' && why) return not_yet(call, 'visible', k_state_messages.visible(why));
        if (args.state === 'detached') return not_yet(call, 'detached', 'element still attached');
        if (args.state === 'hidden' && !why) return not_yet(call, 'hidden', 'element still visible');
        return success(call, el);
    };
    return wait_until(attempt, () => time_is_up(call), args.timeout_ms);
}
