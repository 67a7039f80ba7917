// Where to point, what lies there, and whether the input really arrived.

const k_press_events =
    ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'auxclick', 'contextmenu', 'dblclick'];
const k_move_events = ['pointermove', 'mousemove'];
const k_armed_ms = 30000;

// The point to press: centre of the first client rectangle that is in the viewport, or `position` counted from the
// padding box. Null when none is in view.
function target_point(el, position) {
    const in_view = (x, y) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
    if (position) {
        const r = rect_of(el);
        const x = r.left + el.clientLeft + position.x, y = r.top + el.clientTop + position.y;
        return in_view(x, y) ? {x: Math.trunc(x * 100) / 100, y: Math.trunc(y * 100) / 100} : null;
    }
    let rects = [...client_rects_of(el)];
    if (!rects.length)
        rects = [...(shadow_root_of(el) || el).childNodes].flatMap(
            (n) => (node_type(n) === 1 ? [...client_rects_of(n)] : range_rects(n)));
    for (const r of rects) {
        const left = Math.max(0, r.left), right = Math.min(innerWidth, r.right);
        const top = Math.max(0, r.top), bottom = Math.min(innerHeight, r.bottom);
        if (right > left && bottom > top && (right - left) * (bottom - top) > 0.99) {
            return {x: Math.trunc((left + right) * 50) / 100, y: Math.trunc((top + bottom) * 50) / 100};
        }
    }
    return null;
}

// Does input that hits `hit` reach `target`? A label and its control are one; so are the parts of a button or link.
function lands_on(hit, target) {
    const control = label_target(target);
    const button = element_closest(target, 'button,[role=button],a,[role=link]') || target;
    for (let n = hit; n; n = flat_parent(n)) {
        if (n === target || n === control || n === button) return true;
        if (tag_of(n) === 'label' && n.control === target) return true;
    }
    return false;
}

// <span>Accept</span> in <div id="banner">: the blocker, and the largest part of the page that lies over the target.
function describe_blocker(hit, target) {
    if (!hit) return 'nothing';
    let top = hit;
    for (let n = flat_parent(hit); n && !composed_contains(n, target); n = flat_parent(n)) top = n;
    return top === hit ? describe_tag(hit) : `${describe_tag(hit)} in ${describe_tag(top)}`;
}

// '' when the point belongs to the target, else who covers it.
function blocker_at(point, target) {
    const hit = deep_element_from_point(point.x, point.y);
    return hit && lands_on(hit, target) ? '' : describe_blocker(hit, target);
}

let armed = null;
let last_token = 0;

function arm_target(target, kind) {
    // document.open() removes listeners; for all other documents these are there already, and first.
    install_listeners();
    armed = {
        token: ++last_token,
        target,
        kind,
        pressed: false,
        decided: false,
        swallowing: false,
        moved: false,
        clicked: new Set(),
        blocker: '',
        until: performance.now() + k_armed_ms
    };
    return armed.token;
}

// What to do with an event of `type` that hits `hit`: updates `state`; true when the event must be stopped.
function judge_event(state, type, hit) {
    if (state.swallowing) return true;
    const reached = !!hit && lands_on(hit, state.target);
    if (k_move_events.includes(type)) {
        if (reached)
            state.moved = true;
        else if (state.kind === 'hover' && !state.moved)
            state.blocker = describe_blocker(hit, state.target);
        return false;
    }
    if (state.kind !== 'press') return false;
    if ((type === 'pointerdown' || type === 'mousedown') && !state.decided) {
        state.decided = true;
        state.pressed = reached;
        if (!reached) {
            state.swallowing = true;
            state.blocker = describe_blocker(hit, state.target);
            return true;
        }
    } else if (state.decided && /click|contextmenu/.test(type)) {
        if (reached)
            state.clicked.add(type);
        else
            state.blocker = describe_blocker(hit, state.target);
    }
    return false;
}

// What an event hits. Closed shadow trees do not show in its path: they are looked into.
function event_hit(event) {
    let hit = event.composedPath()[0];
    if (!(hit instanceof Element)) return null;
    while (adopted_roots.has(hit)) {
        const root = adopted_roots.get(hit);
        const inner = root.elementFromPoint(event.clientX, event.clientY);
        if (!inner || root_node(inner) !== root) break;
        hit = inner;
    }
    return hit;
}

function on_pointer_event(event) {
    if (armed === null || !event.isTrusted) return;
    if (performance.now() > armed.until) {
        armed = null;
        return;
    }
    if (judge_event(armed, event.type, event_hit(event))) {
        event.preventDefault();
        event.stopImmediatePropagation();
    }
}

function install_listeners() {
    for (const type of [...k_press_events, ...k_move_events])
        listen(window, type, on_pointer_event, {capture: true, passive: false});
}

function landing_of(token, expected) {
    const state = armed && armed.token === token ? armed : null;
    if (!state) return {known: false, pressed: false, clicked: false, swallowed: false, hit: false, connected: false};
    armed = null;
    const connected = is_connected(state.target);
    const hovered = expected === 'hover' && (state.moved || (connected && element_matches(state.target, ':hover')));
    const clicked = expected === 'hover' ? hovered :
        expected === 'press'             ? state.pressed :
                                           state.clicked.has(expected || 'click');
    const landing =
        {known: true, pressed: state.pressed, clicked, swallowed: state.swallowing, hit: clicked, connected};
    if (state.blocker && !clicked) landing.blocker = state.blocker;
    const checked = checked_state(state.target);
    if (checked !== null) landing.checked = checked;
    return landing;
}

// Content box of an iframe element, and how its inside is scaled.
function iframe_box(point, iframe) {
    const measure = () => {
        const r = rect_of(iframe), style = style_of(iframe);
        const scale_x = iframe.offsetWidth ? r.width / iframe.offsetWidth : 1;
        const scale_y = iframe.offsetHeight ? r.height / iframe.offsetHeight : 1;
        const px = (name) => parseFloat(style[name]) || 0;
        return {
            x: r.left + (iframe.clientLeft + px('paddingLeft')) * scale_x,
            y: r.top + (iframe.clientTop + px('paddingTop')) * scale_y,
            width: (iframe.clientWidth - px('paddingLeft') - px('paddingRight')) * scale_x,
            height: (iframe.clientHeight - px('paddingTop') - px('paddingBottom')) * scale_y,
            scale_x,
            scale_y,
        };
    };
    let box = measure();
    if (point && point.x !== undefined) {
        const x = box.x + point.x * box.scale_x, y = box.y + point.y * box.scale_y;
        if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) {
            scroll_to_element(iframe, {block: 'center', inline: 'center', behavior: 'instant'});
            box = measure();
        }
    }
    return box;
}

function iframe_hit(point, iframe) {
    const hit = deep_element_from_point(point.x, point.y);
    return hit === iframe ? {hit: true} : {hit: false, blocker: describe_blocker(hit, iframe)};
}
