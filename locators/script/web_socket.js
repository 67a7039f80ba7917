(key, binding) => {
  'use strict';
  if (globalThis[key]) return;
  const send = globalThis[binding];
  if (typeof send !== 'function') return;
  delete globalThis[binding];
  const Native = globalThis.WebSocket;
  if (typeof Native !== 'function') return;

  // The page's own, as they were: taken before anything replaces them.
  const { Reflect: R, RegExp: X, URL: U, Event: E, MessageEvent: Message, CloseEvent: Close, Map: M,
          DOMException: Dom, TypeError: WrongType, Uint8Array: Bytes, Blob: B, EventTarget: Target, String: S,
          Proxy: Pr, WeakMap: W, Object: O, ArrayBuffer: Buffer, TextEncoder: Encoder, Math: Mt, Number: N,
          Symbol: { iterator } } = globalThis;
  const { apply, construct, getOwnPropertyDescriptor: describe, defineProperty: define } = R;
  const proto = Native.prototype;
  const getterOf = (object, name) => describe(object, name).get;
  const setterOf = (object, name) => describe(object, name).set;
  const [encode, decode] = [globalThis.btoa, globalThis.atob];
  const { isView } = Buffer;
  const { exec } = X.prototype;
  const { toWellFormed } = S.prototype;
  const { fromCharCode } = S;
  const { subarray } = Bytes.prototype;
  const { dispatchEvent, addEventListener, removeEventListener } = Target.prototype;
  const { get: weakGet, set: weakSet } = W.prototype;
  const { get: mapGet, set: mapSet, delete: mapDelete } = M.prototype;
  const bytesOfText = Encoder.prototype.encode;
  const encoder = new Encoder();
  const bufferLength = getterOf(Buffer.prototype, 'byteLength');
  const blobSize = getterOf(B.prototype, 'size');
  const readBlob = B.prototype.arrayBuffer;
  const baseUri = getterOf(globalThis.Node.prototype, 'baseURI');
  const href = getterOf(U.prototype, 'href');
  const protocol = getterOf(U.prototype, 'protocol');
  const setProtocol = setterOf(U.prototype, 'protocol');
  const originOf = getterOf(U.prototype, 'origin');
  const native = { send: proto.send, close: proto.close, readyState: getterOf(proto, 'readyState'),
                   protocol: getterOf(proto, 'protocol'), extensions: getterOf(proto, 'extensions'),
                   setBinaryType: setterOf(proto, 'binaryType') };

  const CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3;
  const largestBytes = 32 * 1024 * 1024;  // of a message, as a server may have it

  const pageRoutes = [], contextRoutes = [];
  const states = new W();  // routed sockets to what they are
  const open = new M();    // by their number, until both ends are closed
  let last = 0;

  const stateOf = (socket) => apply(weakGet, states, [socket]);
  const fire = (state, event) => apply(dispatchEvent, state.socket, [event]);
  const utf8Length = (text) => apply(bytesOfText, encoder, [text]).length;
  const tell = (state, kind, rest) => send(state.number + ' ' + kind + ' ' + rest);

  const toBase64 = (bytes) => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += apply(fromCharCode, null, apply(subarray, bytes, [at, at + 8192]));
    return encode(text);
  };
  const fromBase64 = (text) => {
    const binary = decode(text);
    const bytes = new Bytes(binary.length);
    for (let at = 0; at < binary.length; ++at) bytes[at] = binary.charCodeAt(at);
    return bytes.buffer;
  };
  const is = (getter, value) => {
    try {
      apply(getter, value, []);
      return true;
    } catch {
      return false;
    }
  };

  // --- the page's side ---

  const opened = (state) => {
    if (state.readyState !== CONNECTING) return;
    state.readyState = OPEN;
    if (state.server) {
      state.protocol = apply(native.protocol, state.server, []);
      state.extensions = apply(native.extensions, state.server, []);
    } else {
      state.protocol = state.protocols[0] ?? '';
    }
    fire(state, new E('open'));
  };

  const forget = (state) => {
    if (state.readyState === CLOSED && !state.server) apply(mapDelete, open, [state.number]);
  };

  const closed = (state, code, reason, failed) => {
    if (!failed) opened(state);
    if (state.readyState === CLOSED) return;
    state.readyState = CLOSED;
    forget(state);
    if (failed) fire(state, new E('error'));
    fire(state, new Close('close', { code, reason, wasClean: !failed }));
  };

  const received = (state, data) => {
    opened(state);
    if (state.readyState === OPEN) fire(state, new Message('message', { data, origin: state.origin }));
  };

  // In the order of the calls: what follows a blob waits until that has been read.
  const inOrder = (state, make, size) => {
    if (!state.sending && typeof make === 'function') return make();
    state.buffered += size;
    const before = state.sending;
    const task = (async () => {
      await before;
      if (typeof make === 'function') make();
      else tell(state, 'b', toBase64(new Bytes(await make)));
      state.buffered -= size;
      if (state.sending === task) state.sending = undefined;
    })();
    state.sending = task;
    return undefined;
  };

  const sendOf = (state, data) => {
    let size, make;
    if (is(blobSize, data)) {
      size = apply(blobSize, data, []);
      make = state.readyState === OPEN && size <= largestBytes ? apply(readBlob, data, []) : undefined;
    } else if (isView(data) || is(bufferLength, data)) {
      const bytes = isView(data) ? new Bytes(data.buffer, data.byteOffset, data.byteLength) : new Bytes(data);
      size = bytes.length;
      if (size <= largestBytes && state.readyState === OPEN) {
        const text = toBase64(bytes);
        make = () => tell(state, 'b', text);
      }
    } else {
      const text = apply(toWellFormed, `${data}`, []);
      size = state.readyState === OPEN && text.length * 3 <= largestBytes ? 0 : utf8Length(text);
      if (size <= largestBytes) make = () => tell(state, 't', text);
    }
    if (state.readyState === CONNECTING) {
      throw new Dom("Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.", 'InvalidStateError');
    }
    if (state.readyState !== OPEN) {
      state.buffered += size;
      return;
    }
    if (make) {
      inOrder(state, make, size);
      return;
    }
    state.readyState = CLOSING;
    tell(state, 'x', size);
  };

  const closeCode = (value) => {
    const number = Mt.min(Mt.max(N(value) || 0, 0), 65535);
    return Mt.round(number);
  };

  const closeOf = (state, args) => {
    let code = 0;
    let reason = '';
    if (args[0] !== undefined || args[1] !== undefined) {
      code = args[0] === undefined ? 0 : closeCode(args[0]);
      if (args[1] !== undefined) reason = apply(toWellFormed, `${args[1]}`, []);
      const failed = "Failed to execute 'close' on 'WebSocket': The close ";
      if (code !== 1000 && (code < 3000 || code > 4999)) {
        throw new Dom(`${failed}code must be either 1000, or between 3000 and 4999. ${code} is neither.`, 'InvalidAccessError');
      }
      if (utf8Length(reason) > 123) throw new Dom(failed + 'reason must not be greater than 123 UTF-8 bytes.', 'SyntaxError');
    }
    if (state.readyState >= CLOSING) return;
    const connecting = state.readyState === CONNECTING ? 1 : 0;
    state.readyState = CLOSING;
    inOrder(state, () => tell(state, 'c', `${code} ${connecting} ${reason}`), 0);
  };

  // --- the server's side ---

  const connect = (state) => {
    state.connects = true;  // also when it has failed by the time that the handler returns
    let server;
    let failed = 0;
    const ended = (code, clean, reason) => {
      state.server = undefined;
      state.waiting = [];
      forget(state);
      tell(state, 'C', `${code} ${clean ? 1 : 0} ${failed} ${reason}`);
    };
    try {
      server = construct(Native, [state.url, state.protocols]);
    } catch (error) {
      failed = 1;
      ended(1006, false, '');
      return;
    }
    state.server = server;
    apply(native.setBinaryType, server, ['arraybuffer']);
    const on = (type, listener) => apply(addEventListener, server, [type, listener]);
    on('open', () => {
      for (let at = 0; at < state.waiting.length; ++at) apply(native.send, server, [state.waiting[at]]);
      state.waiting = [];
      opened(state);
    });
    on('message', ({ data }) => {
      if (typeof data === 'string') tell(state, 'T', data);
      else tell(state, 'B', toBase64(new Bytes(data)));
    });
    on('error', () => { failed = 1; });
    on('close', (event) => ended(event.code, event.wasClean, event.reason));
  };

  const sendToServer = (state, data) => {
    if (!state.server) return;
    const now = apply(native.readyState, state.server, []);
    if (now === OPEN) apply(native.send, state.server, [data]);
    else if (now === CONNECTING) state.waiting[state.waiting.length] = data;
  };

  // What the test has told.
  const commands = {
    __proto__: null,
    ready: (state) => { if (!state.connects) opened(state); },
    connect,
    text: received,
    bytes: (state, text) => {
      const buffer = fromBase64(text);
      received(state, state.binaryType === 'blob' ? new B([buffer]) : buffer);
    },
    close: closed,
    server_text: sendToServer,
    server_bytes: (state, text) => sendToServer(state, fromBase64(text)),
    server_close: (state, code, reason) => {
      if (state.server) apply(native.close, state.server, code === undefined ? [] : [code, reason]);
    },
  };

  // --- WebSocket, as the page sees it ---

  const wrap = (name, mine) => {
    const { get, set, ...rest } = describe(proto, name);
    define(proto, name, { ...rest, ...O.getOwnPropertyDescriptor({
      get [name]() {
        const state = stateOf(this);
        return state ? mine.get(state) : apply(get, this, []);
      },
      set [name](value) {
        const state = stateOf(this);
        if (state) mine.set(state, value);
        else apply(set, this, [value]);
      },
    }, name), enumerable: rest.enumerable, ...(set ? {} : { set: undefined }) });
  };
  for (const name of ['url', 'readyState', 'protocol', 'extensions']) wrap(name, { get: (state) => state[name] });
  wrap('bufferedAmount', { get: (state) => state.buffered });
  wrap('binaryType', {
    get: (state) => state.binaryType,
    set: (state, value) => {
      const type = `${value}`;
      if (type === 'blob' || type === 'arraybuffer') state.binaryType = type;
    },
  });
  for (const type of ['open', 'message', 'error', 'close']) {
    wrap('on' + type, {
      get: (state) => state.handlers[type]?.value ?? null,
      set: (state, value) => {
        const was = state.handlers[type];
        const set = typeof value === 'function' || (typeof value === 'object' && value !== null);
        if (was && set) {
          was.value = value;
        } else if (was) {
          state.handlers[type] = undefined;
          apply(removeEventListener, state.socket, [type, was.listener]);
        } else if (set) {
          const handler = { value };
          handler.listener = (event) => {
            if (typeof handler.value === 'function') apply(handler.value, state.socket, [event]);
          };
          state.handlers[type] = handler;
          apply(addEventListener, state.socket, [type, handler.listener]);
        }
      },
    });
  }
  const methods = {
    send(data) {
      const state = stateOf(this);
      if (!state) return apply(native.send, this, arguments);
      if (arguments.length === 0) {
        throw new WrongType("Failed to execute 'send' on 'WebSocket': 1 argument required, but only 0 present.");
      }
      return sendOf(state, data);
    },
    close(code = undefined, reason = undefined) {
      const state = stateOf(this);
      return state ? closeOf(state, [code, reason]) : apply(native.close, this, arguments);
    },
  };
  for (const name of ['send', 'close']) define(proto, name, { ...describe(proto, name), value: methods[name] });

  const addressOf = (text) => {
    let url;
    try {
      // The document of now: a popup's first one lends its window to the next.
      url = new U(text, apply(baseUri, globalThis.document, []));
    } catch {
      return undefined;
    }
    const scheme = apply(protocol, url, []);
    if (scheme === 'http:' || scheme === 'https:') apply(setProtocol, url, [scheme === 'http:' ? 'ws:' : 'wss:']);
    else if (scheme !== 'ws:' && scheme !== 'wss:') return undefined;
    const address = apply(href, url, []);
    for (let at = 0; at < address.length; ++at) if (address[at] === '#') return undefined;
    return { address, origin: apply(originOf, url, []) };
  };
  const protocolsOf = (given) => {
    if (given === undefined) return [];
    if (typeof given !== 'function' && (typeof given !== 'object' || given === null)) return [`${given}`];
    if (given[iterator] === undefined || given[iterator] === null) return [`${given}`];
    const list = [];
    for (const one of given) list[list.length] = `${one}`;
    return list;
  };
  const token = /^[!#$%&'*+\-.0-9A-Z^_`a-z|~]+$/;
  const areTokens = (list) => {
    const seen = { __proto__: null };
    for (let at = 0; at < list.length; ++at) {
      if (apply(exec, token, [list[at]]) === null || seen[list[at]]) return false;
      seen[list[at]] = true;
    }
    return true;
  };
  const lastOf = (routes, address) => {
    for (let at = routes.length - 1; at >= 0; --at) if (apply(exec, routes[at].pattern, [address]) !== null) return routes[at];
    return undefined;
  };
  const routeOf = (address) => lastOf(pageRoutes, address) ?? lastOf(contextRoutes, address);

  // Addresses that no route takes get the browser's own, and so do those that it refuses: it says why.
  const Routed = new Pr(Native, {
    construct(target, args, newTarget) {
      if (args.length === 0 || typeof args[0] === 'symbol' || typeof args[1] === 'symbol') {
        return construct(Native, args, newTarget);
      }
      const text = `${args[0]}`;
      const protocols = protocolsOf(args[1]);
      const url = addressOf(text);
      const route = url && routeOf(url.address);
      if (!route || !areTokens(protocols)) return construct(Native, [text, protocols], newTarget);
      const socket = construct(Target, [], newTarget);
      const state = { socket, number: ++last, url: url.address, origin: url.origin, protocols, readyState: CONNECTING,
                      protocol: '', extensions: '', binaryType: 'blob', buffered: 0, handlers: { __proto__: null },
                      sending: undefined, connects: false, server: undefined, waiting: [] };
      apply(weakSet, states, [socket, state]);
      apply(mapSet, open, [state.number, state]);
      let asked = '';
      for (let at = 0; at < protocols.length; ++at) asked += ' ' + protocols[at];
      tell(state, 'n', route.id + ' ' + url.address + asked);
      return socket;
    },
  });
  define(globalThis, 'WebSocket', { ...describe(globalThis, 'WebSocket'), value: Routed });
  define(proto, 'constructor', { ...describe(proto, 'constructor'), value: Routed });

  const known = { __proto__: null };
  define(globalThis, key, { value: O.freeze({
    // One more route, which goes before those of its kind that are there; told to a document twice, it counts once.
    add: (id, ofPage, source, flags) => {
      if (known[id]) return;
      known[id] = true;
      try {
        const routes = ofPage ? pageRoutes : contextRoutes;
        routes[routes.length] = { id, pattern: new X(source, flags) };
      } catch (error) {
        send('0 r ' + id + ' ' + error.message);
      }
    },
    tell: (number, command, first, second, third) => {
      const state = apply(mapGet, open, [number]);
      if (state) commands[command](state, first, second, third);
    },
  }) });
}
