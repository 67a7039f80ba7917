// The waiting loop: attempts now, then whenever something has changed, until an attempt is final or time is up.

const k_fallback_ms = 100;
const k_log_lines = 50;
const k_change_events = [
    'load',
    'scroll',
    'resize',
    'transitionend',
    'animationend',
    'input',
    'change',
    'focusin',
    'focusout',
    'toggle',
    'readystatechange',
];

class CallLog {
    constructor() {
        this.start = performance.now();
        this.lines = [];
    }

    // The same words again only count.
    add(text) {
        const last = this.lines[this.lines.length - 1];
        if (last && last.text === text) {
            ++last.count;
        } else {
            if (this.lines.length >= k_log_lines) this.lines.splice(k_log_lines / 2, 1);
            this.lines.push({ms: Math.round(performance.now() - this.start), text, count: 1});
        }
    }
}

// Calls `attempt()` until it answers {final: value}; resolves to that value. Any other answer holds `roots`, the shadow
// roots to watch beside the document; `frame: true` in it asks for the next frame even if nothing changes. When time is
// up, `expired()` gives the value. Nothing runs while nothing changes, but for one attempt every 100 ms: styles from a
// media query, values set by script and the like tell nobody.
function wait_until(attempt, expired, timeout_ms) {
    const first = attempt();
    if ('final' in first) return Promise.resolve(first.final);
    if (!(timeout_ms > 0)) return Promise.resolve(expired());
    return new Promise((resolve, reject) => {
        let frame = 0, fallback = 0, deadline = 0;
        const mark_dirty = () => {
            if (!frame) frame = requestAnimationFrame(check);
        };
        const observer = new MutationObserver(mark_dirty);
        const observed = new WeakSet();
        const observe = (roots) => {
            for (const scope of [document, ...roots]) {
                if (observed.has(scope)) continue;
                observed.add(scope);
                observer.observe(scope, {subtree: true, childList: true, attributes: true, characterData: true});
            }
        };
        const stop = () => {
            observer.disconnect();
            cancelAnimationFrame(frame);
            clearTimeout(fallback);
            clearTimeout(deadline);
            for (const type of k_change_events) unlisten(window, type, mark_dirty, true);
            unlisten(document, 'load', mark_dirty, true);
        };
        const settle = (value) => {
            stop();
            resolve(value);
        };
        const check = () => {
            frame = 0;
            clearTimeout(fallback);
            try {
                const answer = attempt();
                if ('final' in answer) return settle(answer.final);
                observe(answer.roots);
                if (answer.frame) mark_dirty();
                fallback = setTimeout(on_fallback, k_fallback_ms);
            } catch (e) {
                stop();
                reject(e);
            }
        };
        const on_fallback = () => {
            cancelAnimationFrame(frame);
            check();
        };
        for (const type of k_change_events) listen(window, type, mark_dirty, true);
        listen(document, 'load', mark_dirty, true);  // that of an image does not reach the window
        observe(first.roots);
        if (first.frame) mark_dirty();
        fallback = setTimeout(on_fallback, k_fallback_ms);
        deadline = setTimeout(() => {
            try {
                const last = attempt();
                settle('final' in last ? last.final : expired());
            } catch (e) {
                stop();
                reject(e);
            }
        }, timeout_ms);
    });
}
