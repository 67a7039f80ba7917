// Put into every page that is replayed, before its own scripts: brings the page into the state that was asked about,
// takes the element out when it is to be missed, and tells the server what was pressed then. The element is named by
// the pair's selector, which the program under test never sees. When all is ready, the page's title says so.
//
// ROW: { key, frames, shadow, selector, prep, cut, title }
(() => {
  const row = ROW;
  const top = window.top;

  const tell = (what, more = {}) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/replay/seen', false);  // a press may end the document: it is told before anything follows
    request.send(JSON.stringify({ row: row.key, what, ...more }));
  };

  const truth = () => {
    try {
      let root = top.document;
      for (const css of row.frames) root = root.querySelector(css).contentDocument;
      for (const css of row.shadow) root = root.querySelector(css).shadowRoot;
      return row.selector ? root.querySelector(row.selector) : null;
    } catch {
      return null;  // not there yet
    }
  };

  function sharedArea(a, b) {
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (width <= 0 || height <= 0) return 0;
    return (width * height) / (a.width * a.height + b.width * b.height - width * height);
  }

  // Does a press that goes along `path` press `element`? Itself, what is in it, its label, what wraps it closely.
  function means(path, element) {
    if (!element) return false;
    if (path.includes(element)) return true;
    if ([...(element.labels || [])].some((label) => path.includes(label))) return true;
    const [hit] = path;
    return !!hit.contains && hit.contains(element) &&
      sharedArea(hit.getBoundingClientRect(), element.getBoundingClientRect()) > 0.8;
  }

  const shown = (node) => (node && node.outerHTML ? node.outerHTML.slice(0, 160).replace(/\s+/g, ' ') : String(node));

  // Where a press leads is not asked: no other page, no chooser, no list that covers the page.
  function keepHere(event, path) {
    const is = (css) => path.some((node) => node.matches && node.matches(css));
    if (event.type === 'mousedown' && is('select')) event.preventDefault();
    if (event.type === 'click' && is('a[href], input[type=file], input[type=color], [type=submit]')) event.preventDefault();
  }

  function onPress(event) {
    if (!top.replay.ready) return;
    const path = event.composedPath();
    const right = means(path, truth());
    // A press on a label, or on a part of a widget, goes on to the control as an event of the page's own.
    if (event.isTrusted || right) tell('press', { type: event.type, right, element: shown(path[0]) });
    keepHere(event, path);
  }

  const stay = (event) => event.preventDefault();

  // Again and again: a page that writes its document anew takes all listeners away. Twice is once.
  function watch(page) {
    for (const type of ['pointerdown', 'mousedown', 'click']) page.addEventListener(type, onPress, true);
    page.addEventListener('submit', stay, true);
  }

  if (window !== top) {
    top.replay.watch(window);
    return;
  }
  window.replay = { watch, ready: !row.title };
  watch(window);

  // Frames without an address of their own hold no script of ours.
  const watchFrames = (page) => {
    for (let i = 0; i < page.frames.length; ++i) {
      try {
        if (page.frames[i].document) watch(page.frames[i]);
        watchFrames(page.frames[i]);
      } catch {
        continue;  // of another origin
      }
    }
  };
  let seen = false;
  setInterval(() => {
    watchFrames(window);
    if (!seen && truth()) {
      seen = true;
      tell('shown');
    }
  }, 50);

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  async function find(what, resolve) {
    for (let i = 0; i < 60; ++i) {
      const element = resolve();
      if (element) return element;
      await pause(50);
    }
    throw new Error(`${what} is not there`);
  }

  // As a user's press: on what lies at the element's middle, within whatever shadow roots.
  function press(element) {
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = element.getBoundingClientRect();
    const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
    let target = document.elementFromPoint(at.clientX, at.clientY);
    while (target && target.shadowRoot && target.shadowRoot.elementFromPoint(at.clientX, at.clientY) !== target) {
      const inner = target.shadowRoot.elementFromPoint(at.clientX, at.clientY);
      if (!inner) break;
      target = inner;
    }
    if (!target || !(element.contains(target) || target.getRootNode() !== document)) target = element;
    if (target.isContentEditable) {  // editors look at the caret, which a user's press would have set
      const caret = document.caretRangeFromPoint(at.clientX, at.clientY);
      if (caret) getSelection().setBaseAndExtent(caret.startContainer, caret.startOffset, caret.startContainer, caret.startOffset);
    }
    const more = { bubbles: true, cancelable: true, composed: true, view: window, button: 0, detail: 1, ...at };
    const pointer = { ...more, pointerId: 1, pointerType: 'mouse', isPrimary: true };
    target.dispatchEvent(new PointerEvent('pointerdown', { ...pointer, buttons: 1 }));
    target.dispatchEvent(new MouseEvent('mousedown', { ...more, buttons: 1 }));
    target.dispatchEvent(new PointerEvent('pointerup', pointer));
    target.dispatchEvent(new MouseEvent('mouseup', more));
    target.dispatchEvent(new MouseEvent('click', more));
  }

  function fill(element, text) {
    element.focus();
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value').set.call(element, text);
    for (const type of ['input', 'change']) element.dispatchEvent(new Event(type, { bubbles: true }));
  }

  async function prepare() {
    await pause(1000);  // as `reprise locate` waits after load
    for (const [name, first, second] of row.prep) {
      if (name === 'wait') await pause(first);
      else if (name === 'js') (0, eval)(first);
      else if (name === 'click') press(await find(first, () => document.querySelector(first)));
      else fill(await find(first, () => document.querySelector(first)), second);
    }
    if (!row.cut) return;
    await find(row.selector, truth);
    (0, eval)(row.cut);
    await pause(300);
    tell('cut');
  }

  if (!row.title) return;
  addEventListener('load', () => {
    prepare().catch((error) => tell('broken', { element: String(error) })).then(() => {
      window.replay.ready = true;
      document.title = row.title;
    });
  });
})();
