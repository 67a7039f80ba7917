// The states an action may ask for. Each check answers '' when it holds, else what is in the way, in words.

// Visible: rendered, not visibility:hidden, with a box that is not empty. Opacity does not matter.
function not_visible(el) {
    if (!box_shown(el, {checkVisibilityCSS: true})) {
        const tag = tag_of(el);
        if (tag === 'option' || tag === 'optgroup') {
            const select = element_closest(el, 'select');
            if (select) return not_visible(select);
        }
        const style = style_of(el);
        if (style.display === 'contents') return contents_visible(el) ? '' : 'empty box';
        return why_not_rendered(el, style);
    }
    const rect = rect_of(el);
    return rect.width > 0 && rect.height > 0 ? '' : 'empty box';
}

// A display:contents element is as visible as its children and text.
function contents_visible(el) {
    for (let n = first_child(shadow_root_of(el) || el); n; n = next_sibling(n)) {
        if (node_type(n) === 1 && !not_visible(n)) return true;
        if (node_type(n) === 3 && range_rects(n).length) return true;
    }
    return false;
}

function range_rects(node) {
    const range = document_range(document);
    range.selectNode(node);
    return [...range.getClientRects()].filter((r) => r.width > 0 && r.height > 0);
}

function why_not_rendered(el, style) {
    if (style.visibility !== 'visible') return 'visibility: ' + style.visibility;
    for (let n = el; n; n = flat_parent(n)) {
        if (n !== el && tag_of(n) === 'details' && !n.open) return 'inside of a closed ' + describe_tag(n);
        const s = n === el ? style : style_of(n);
        const why = s.display === 'none'     ? 'display: none' :
            s.contentVisibility === 'hidden' ? 'content-visibility: hidden' :
                                               '';
        if (why) return n === el ? why : why + ' on ' + describe_tag(n);
    }
    return 'not rendered';
}

const is_visible = (el) => !not_visible(el);

// The control whose state stands for an element inside of it.
function state_control(el) {
    const control = label_target(el);
    if (element_matches(control, 'input,textarea,select')) return control;
    return element_closest(control, 'button,[role=button],[role=checkbox],[role=radio],option') || control;
}

function is_enabled(el) {
    const control = state_control(el);
    return !element_matches(control, ':disabled') && !composed_closest(control, '[aria-disabled="true" i]');
}

const k_not_typed = new Set('button checkbox file hidden image radio reset submit'.split(' '));

function is_content_editable(el) {
    return el instanceof HTMLElement && tag_of(el) !== 'form' ?
        el.isContentEditable :
        !!element_closest(el, '[contenteditable=""],[contenteditable="true" i],[contenteditable="plaintext-only" i]');
}

function can_be_editable(el) {
    const tag = tag_of(el);
    return tag === 'input' || tag === 'textarea' || tag === 'select' || is_content_editable(el) ||
        /^(textbox|searchbox|combobox|spinbutton|checkbox|gridcell|listbox|radiogroup|slider|switch)$/.test(
            attr(el, 'role') || '');
}

// '' when editable, else why not.
function not_editable(el) {
    const control = label_target(el);
    if (!is_enabled(control)) return 'disabled';
    const tag = tag_of(control);
    if ((tag === 'input' || tag === 'textarea') && control.readOnly) return 'readonly';
    const aria = composed_closest(control, '[aria-readonly]');
    return aria === control && attr(control, 'aria-readonly') === 'true' ? 'aria-readonly' : '';
}

const k_checkable = '[role=checkbox],[role=radio],[role=switch],[role=menuitemcheckbox],[role=menuitemradio],' +
    '[role=option],[role=treeitem]';

// true, false, 'mixed', or null when the element cannot be checked.
function checked_state(el) {
    const control = label_target(el);
    const native = tag_of(control) === 'input' && /^(checkbox|radio)$/.test(control.type);
    if (native) return aria_checked_state(control);
    const owner = element_closest(control, k_checkable);
    return owner ? aria_checked_state(owner) : null;
}

// Animations that run on the element or an ancestor: they may be moving it. Each tree lists its own only.
function running_animations(el) {
    const lists = [document_animations(document)];
    for (let n = el; host_of_tree(n); n = host_of_tree(n)) lists.push(root_node(n).getAnimations());
    return lists.flat().filter((a) => {
        const target = a.playState === 'running' && a.effect && !a.effect.pseudoElement && a.effect.target;
        return !!target && composed_contains(target, el);
    });
}

// In its first frames an animation has not moved anything yet.
const is_starting = (animation) => animation.pending || !animation.currentTime;

const same_rect = (a, b) => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

// Visible part of a rectangle after viewport and scrolling ancestors have cut it.
function clipped_rect(el) {
    const r = rect_of(el);
    let left = Math.max(r.left, 0), top = Math.max(r.top, 0);
    let right = Math.min(r.right, innerWidth), bottom = Math.min(r.bottom, innerHeight);
    for (let n = flat_parent(el); n && n !== document_element(document) && n !== document_body(document);
         n = flat_parent(n)) {
        const style = style_of(n);
        if (style.overflow === 'visible' || style.display === 'contents' || style.display === 'inline') continue;
        const box = rect_of(n);
        left = Math.max(left, box.left);
        top = Math.max(top, box.top);
        right = Math.min(right, box.right);
        bottom = Math.min(bottom, box.bottom);
    }
    return {left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top)};
}

// Share of the element's area that is in view.
function view_ratio(el) {
    const r = rect_of(el);
    const area = r.width * r.height;
    const seen = clipped_rect(el);
    return area > 0 ? (seen.width * seen.height) / area : 0;
}
