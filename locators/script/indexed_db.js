(() => {
  'use strict';
  // Values in Playwright's form: as they are where JSON can say it, else in objects of one letter that tell the kind.
  // m (Map), s (Set), dv (DataView) and the kind f16 are ours.
  const kinds = { i8: Int8Array, ui8: Uint8Array, ui8c: Uint8ClampedArray, i16: Int16Array, ui16: Uint16Array,
                  i32: Int32Array, ui32: Uint32Array, f32: Float32Array, f64: Float64Array, bi64: BigInt64Array,
                  bui64: BigUint64Array };
  if (typeof Float16Array === 'function') kinds.f16 = Float16Array;
  const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const deepest = 100;

  class CannotHold extends Error {}

  const quote = (text) => JSON.stringify(text);
  const protoOf = Object.getPrototypeOf;
  const toBase64 = (buffer, from = 0, length = buffer.byteLength) => {
    const bytes = new Uint8Array(buffer, from, length);
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;

  const shownKey = (key) => {
    if (Array.isArray(key)) return '[' + key.map(shownKey).join(', ') + ']';
    if (typeof key === 'string') return quote(key);
    if (key instanceof Date) return 'Date ' + key.toISOString();
    return key instanceof ArrayBuffer ? `bytes ${Array.from(new Uint8Array(key, 0, Math.min(8, key.byteLength))).join(' ')}` : String(key);
  };

  const refuse = (path, what) => { throw new CannotHold(`${path} is ${what}, which a storage state cannot hold`); };
  const wellFormed = (text, path) => {
    if (!text.isWellFormed()) refuse(path, 'a text with half a surrogate pair');
    return text;
  };
  const isPlain = (value) => typeof value === 'object' && value !== null && protoOf(value) === Object.prototype;
  const checkDense = (array, path) => {
    if (Object.keys(array).length !== array.length) refuse(path, 'a list with gaps, or with more than its items');
  };

  // JSON says the same: no other kind of value in it, and nothing twice.
  const isJson = (value, seen, depth = 0) => {
    if (value === null || typeof value === 'boolean') return true;
    if (typeof value === 'string') return value.isWellFormed();
    if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
    if (typeof value !== 'object' || seen.has(value) || depth > deepest) return false;
    seen.add(value);
    if (Array.isArray(value)) {
      return Object.keys(value).length === value.length && value.every((item) => isJson(item, seen, depth + 1));
    }
    return isPlain(value) && Object.keys(value).every((name) => name.isWellFormed() && isJson(value[name], seen, depth + 1));
  };

  const encodeNumber = (value) => {
    if (Object.is(value, -0)) return { v: '-0' };
    return Number.isFinite(value) ? value : { v: String(value) };
  };
  const encodePlain = (value, path) => {
    switch (typeof value) {
      case 'undefined': return { v: 'undefined' };
      case 'number': return encodeNumber(value);
      case 'bigint': return { bi: String(value) };
      case 'string': return wellFormed(value, path);
      case 'boolean': return value;
      default: return value === null ? { v: 'null' } : undefined;
    }
  };
  const encodeLeaf = (value, path) => {
    const proto = protoOf(value);
    if (proto === Date.prototype) return { d: Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString() };
    if (proto === RegExp.prototype) return { r: { p: wellFormed(value.source, path), f: value.flags } };
    if (proto === ArrayBuffer.prototype) return { ab: { b: toBase64(value) } };
    if (proto === DataView.prototype) return { dv: { b: toBase64(value.buffer, value.byteOffset, value.byteLength) } };
    for (const k of Object.keys(kinds)) {
      if (proto === kinds[k].prototype) return { ta: { b: toBase64(value.buffer, value.byteOffset, value.byteLength), k } };
    }
    if (value instanceof Error) {
      const more = Object.getOwnPropertyNames(value).some((name) => name !== 'message' && name !== 'stack');
      if (more || protoOf(value) !== errors[value.name]?.prototype) refuse(path, 'an error with a cause, or of a kind of its own');
      return { e: { n: value.name, m: wellFormed(value.message, path), s: wellFormed(String(value.stack), path) } };
    }
    return undefined;
  };

  const encode = (value, path, ids = new Map(), depth = 0) => {
    const simple = encodePlain(value, path);
    if (simple !== undefined) return simple;
    if (depth > deepest) refuse(path, `more than ${deepest} levels deep`);
    const leaf = encodeLeaf(value, path);
    if (leaf) return leaf;
    if (ids.has(value)) return { ref: ids.get(value) };
    const id = ids.size + 1;
    ids.set(value, id);
    const inner = (item, name) => encode(item, path + name, ids, depth + 1);
    if (Array.isArray(value)) {
      checkDense(value, path);
      return { a: value.map((item, i) => inner(item, `[${i}]`)), id };
    }
    if (protoOf(value) === Map.prototype) {
      return { m: Array.from(value, ([key, item]) => [inner(key, '.key'), inner(item, `.get(${shownKey(key)})`)]), id };
    }
    if (protoOf(value) === Set.prototype) return { s: Array.from(value, (item) => inner(item, '.item')), id };
    if (!isPlain(value)) refuse(path, 'a ' + Object.prototype.toString.call(value).slice(8, -1));
    return { o: Object.keys(value).map((k) => ({ k: wellFormed(k, path), v: inner(value[k], '.' + k) })), id };
  };

  const decodeObject = (told, refs) => {
    const keep = (object) => {
      if (told.id !== undefined) refs.set(told.id, object);
      return object;
    };
    if ('a' in told) {
      const list = keep([]);
      for (const item of told.a) list.push(decode(item, refs));
      return list;
    }
    if ('o' in told) {
      const object = keep({});
      for (const { k, v } of told.o) {
        Object.defineProperty(object, k, { value: decode(v, refs), writable: true, enumerable: true, configurable: true });
      }
      return object;
    }
    if ('m' in told) {
      const map = keep(new Map());
      for (const [key, item] of told.m) map.set(decode(key, refs), decode(item, refs));
      return map;
    }
    const set = keep(new Set());
    for (const item of told.s) set.add(decode(item, refs));
    return set;
  };
  const named = { undefined: undefined, null: null, NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity, '-0': -0 };
  const decodeError = ({ n, m, s }) => {
    const error = new (errors[n] ?? Error)(m);
    error.stack = s;
    return error;
  };
  const decode = (told, refs = new Map()) => {
    if (typeof told !== 'object' || told === null) return told;
    if ('v' in told && Object.hasOwn(named, told.v)) return named[told.v];
    if ('d' in told) return new Date(told.d);
    if ('bi' in told) return BigInt(told.bi);
    if ('r' in told) return new RegExp(told.r.p, told.r.f);
    if ('e' in told) return decodeError(told.e);
    if ('ab' in told) return fromBase64(told.ab.b);
    if ('dv' in told) return new DataView(fromBase64(told.dv.b));
    if ('ta' in told && Object.hasOwn(kinds, told.ta.k)) return new kinds[told.ta.k](fromBase64(told.ta.b));
    if ('ref' in told && refs.has(told.ref)) return refs.get(told.ref);
    if ('a' in told || 'o' in told || 'm' in told || 's' in told) return decodeObject(told, refs);
    throw new Error(`${JSON.stringify(told).slice(0, 80)} is no value that is known`);
  };

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // Nothing: it has been deleted meanwhile.
  const openThere = (name) => new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let missing = false;
    request.onupgradeneeded = () => {
      missing = true;
      request.transaction.abort();
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => (missing ? resolve(undefined) : reject(request.error));
  });

  const keyPathOf = ({ keyPath }) => {
    if (typeof keyPath === 'string') return { keyPath };
    return keyPath === null ? {} : { keyPathArray: Array.from(keyPath) };
  };
  // JSON has no member for undefined; a null would be taken for none.
  const put = (record, name, value, path) => {
    if (value !== null && isJson(value, new Set())) record[name] = value;
    else record[name + 'Encoded'] = encode(value, path);
  };
  const readStore = async (store, where) => {
    const indexes = Array.from(store.indexNames, (name) => {
      const index = store.index(name);
      return { name, ...keyPathOf(index), multiEntry: index.multiEntry, unique: index.unique };
    });
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    const records = keys.map((key, i) => {
      const record = {};
      try {
        if (store.keyPath === null) put(record, 'key', key, 'the key');
        put(record, 'value', values[i], 'value');
      } catch (error) {
        if (!(error instanceof CannotHold)) throw error;
        throw new CannotHold(`${where}, store ${quote(store.name)}, key ${shownKey(key)}: ${error.message}`);
      }
      return record;
    });
    return { name: store.name, ...keyPathOf(store), autoIncrement: store.autoIncrement, indexes, records };
  };
  const readDatabase = async (name) => {
    const database = await openThere(name);
    if (!database) return undefined;
    try {
      const { version } = database;
      const names = Array.from(database.objectStoreNames);
      if (names.length === 0) return { name, version, stores: [] };
      const transaction = database.transaction(names, 'readonly');
      const where = 'IndexedDB ' + quote(name);
      const stores = await Promise.all(names.map((store) => readStore(transaction.objectStore(store), where)));
      return { name, version, stores };
    } finally {
      database.close();
    }
  };

  // All databases of the origin as JSON text, or what is wrong.
  const read = async () => {
    try {
      const names = (await indexedDB.databases()).map(({ name }) => name).sort();
      const databases = [];
      for (const name of names) {
        const database = await readDatabase(name);
        if (database) databases.push(database);
      }
      return { text: JSON.stringify(databases) };
    } catch (error) {
      return { error: String(error?.message ?? error) };
    }
  };

  const restoreStore = (database, store, fail) => {
    const made = database.createObjectStore(store.name,
      { keyPath: store.keyPathArray ?? store.keyPath, autoIncrement: store.autoIncrement });
    for (const index of store.indexes) {
      made.createIndex(index.name, index.keyPathArray ?? index.keyPath, { unique: index.unique, multiEntry: index.multiEntry });
    }
    store.records.forEach((record, i) => {
      const part = (name) => {
        if (name in record) return record[name];
        if (name + 'Encoded' in record) return decode(record[name + 'Encoded']);
        throw new Error(`it has neither "${name}" nor "${name}Encoded"`);
      };
      const failed = (error) => fail(new Error(`store ${quote(store.name)}, record ${i + 1}: ${error.message}`));
      try {
        const request = made.keyPath === null ? made.add(part('value'), part('key')) : made.add(part('value'));
        request.onerror = () => failed(request.error);
      } catch (error) {
        failed(error);
      }
    });
  };
  const restoreDatabase = (told) => new Promise((resolve, reject) => {
    const request = indexedDB.open(told.name, told.version);
    let made = false;
    let failure;
    request.onupgradeneeded = ({ oldVersion }) => {
      const fail = (error) => {
        if (failure) return;
        failure = error;
        try {
          request.transaction.abort();
        } catch { /* it has aborted by itself */ }
      };
      if (oldVersion !== 0) return fail(new Error('it is there already'));
      made = true;
      try {
        for (const store of told.stores) if (!failure) restoreStore(request.result, store, fail);
      } catch (error) {
        fail(error);
      }
    };
    request.onerror = () => reject(failure ?? request.error);
    request.onsuccess = () => {
      request.result.close();
      if (made && !failure) resolve();
      else reject(failure ?? new Error('it is there already'));
    };
  });

  // `text` as given by read(), for an origin that has none of them. Nothing, or what is wrong.
  const restore = async (text) => {
    for (const database of JSON.parse(text)) {
      try {
        await restoreDatabase(database);
      } catch (error) {
        return `IndexedDB ${quote(database.name)}: ${error.message}`;
      }
    }
    return '';
  };

  return { read, restore };
})()
