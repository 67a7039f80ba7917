// The gateway in front of the services: checks the API key, exchanges keys of the newer kind for tokens of their roles,
// routes, counts requests and makes faults.
import http from 'node:http';

import { Faults } from './faults.mjs';

const k_html = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad gateway</h1></body></html>';
const k_key_characters = /^[A-Za-z0-9_/!.*'() &$=@;:+,?-]*$/;

// A kept connection that breaks after its answer has nobody else who listens.
const ignore = () => {};

function answer_json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

export class Gateway {
  faults = new Faults();
  requests = [];
  #server;
  #port = 0;
  #sockets = new Set();
  #rest;
  #services;
  #tokens;
  #opaque;

  /** `tokens`: key -> token of its role; `opaque`: key -> the services' own key for it. */
  constructor({ rest, services, tokens, opaque }) {
    this.#rest = rest;
    this.#services = services;
    this.#tokens = tokens;
    this.#opaque = opaque;
  }

  get url() { return `http://127.0.0.1:${this.#port}`; }

  /** Listens, on the same port as before when it listened before. */
  async open() {
    if (this.#server) return;
    this.#server = http.createServer((request, response) => this.#serve(request, response));
    this.#server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise((resolve, reject) => this.#server.on('error', reject).listen(this.#port, '127.0.0.1', resolve));
    this.#port = this.#server.address().port;
  }

  /** The network is away: open connections are cut, new ones refused. */
  async close() {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise(resolve => server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(request, response) {
    const url = new URL(request.url, 'http://gateway');
    const fault = this.faults.choose(request.method, request.url);
    const entry = { method: request.method, path: url.pathname, query: url.search.slice(1), status: 0, bytes: 0 };
    if (fault) entry.fault = fault.kind;
    this.requests.push(entry);
    request.on('data', chunk => { entry.bytes += chunk.length; });
    request.pause();
    response.on('finish', () => { entry.status = response.statusCode; });
    if (fault?.kind === 'cut') return request.socket.destroy();
    if (fault?.kind === 'hang') return request.resume();
    if (fault?.kind === 'html' || fault?.kind === 'status') {
      request.resume();
      request.on('end', () => this.#refuse(response, fault));
      return;
    }
    const pass = () => this.#pass(request, response, url, fault);
    if (fault?.kind === 'delay') return setTimeout(pass, fault.milliseconds ?? 1000);
    pass();
  }

  #refuse(response, { kind, status, retry_after }) {
    const headers = retry_after === undefined ? {} : { 'retry-after': String(retry_after) };
    if (kind === 'html') {
      response.writeHead(status ?? 502, { 'content-type': 'text/html; charset=UTF-8', ...headers });
      return response.end(k_html);
    }
    const texts = { 429: 'API rate limit exceeded', 503: 'name resolution failed', 504: 'The upstream server is timing out' };
    answer_json(response, status ?? 503, { message: texts[status ?? 503] ?? 'An unexpected error occurred' }, headers);
  }

  /** What the gateway answers by itself, else undefined: then `headers` are those to pass on. */
  #check(request, url, headers) {
    const [, service] = /^\/(rest|auth|storage)\/v1(\/|$)/.exec(url.pathname) ?? [];
    if (!service) return [404, { message: 'no Route matched with those values' }];
    const key = request.headers.apikey ?? url.searchParams.get('apikey') ?? undefined;
    const bearer = /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (service !== 'storage' && request.method !== 'OPTIONS') {
      if (!key) return [401, { message: 'No API key found in request', hint: 'No `apikey` request header or url param was found.' }];
      if (!this.#tokens[key]) return [401, { message: 'Invalid API key', hint: 'Double check your Supabase `anon` or `service_role` API key.' }];
    }
    if (service === 'storage') {
      const is_public = /^\/storage\/v1\/object\/(public|sign)\//.test(url.pathname) && request.method === 'GET';
      if (!bearer && !is_public && request.method !== 'OPTIONS') {
        return [400, { statusCode: '400', error: 'Error', message: "headers must have required property 'authorization'" }];
      }
      const [, name] = /^\/storage\/v1\/object\/(?:sign\/|public\/|authenticated\/)?[^/]+\/(.*)$/.exec(url.pathname) ?? [];
      const decoded = name && decodeURIComponent(name);
      if (decoded && (!k_key_characters.test(decoded) || decoded.split('/').includes('..'))) {
        return [400, { statusCode: '400', error: 'InvalidKey', message: `Invalid key: ${decoded}` }];
      }
    }
    if (bearer === undefined || this.#tokens[bearer]) headers.authorization = `Bearer ${this.#tokens[bearer ?? key] ?? ''}`;
    delete headers.apikey;
    if (service !== 'rest' && this.#opaque[key]) headers.apikey = this.#opaque[key];
    if (!headers.authorization || headers.authorization === 'Bearer ') delete headers.authorization;
    return undefined;
  }

  #pass(request, response, url, fault) {
    const headers = { ...request.headers };
    const own_answer = this.#check(request, url, headers);
    if (own_answer) {
      request.resume();
      request.on('end', () => answer_json(response, ...own_answer));
      return;
    }
    const rest = url.pathname.startsWith('/rest/v1');
    delete headers.connection;
    const target = rest
      ? { socketPath: this.#rest.socket, path: request.url.replace(/^\/rest\/v1/, '') || '/', agent: this.#rest.agent }
      // Connections are not kept: the services cut them after an error.
      : { host: '127.0.0.1', port: this.#services.port, agent: false,
        path: request.url.replace(/^\/storage\/v1\/object\/authenticated\//, '/storage/v1/object/') };
    const upstream = http.request({ ...target, method: request.method, headers });
    upstream.on('socket', socket => {
      if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
    });
    upstream.on('response', answer => this.#answer(answer, request, response, url, fault));
    upstream.on('error', () => {
      if (response.headersSent) return response.destroy();
      answer_json(response, 503, { message: 'name resolution failed' });
    });
    // A client that goes away ends its statement, as it does at the real gateway.
    response.on('close', () => { if (!response.writableFinished) upstream.destroy(); });
    request.pipe(upstream);
  }

  #answer(answer, request, response, url, fault) {
    const headers = { ...answer.headers };
    delete headers.connection;
    const chunks = [];
    const whole = fault || /\/object\/(upload\/)?sign\//.test(url.pathname);
    if (!whole) {
      response.writeHead(answer.statusCode, headers);
      return answer.pipe(response);
    }
    answer.on('data', chunk => chunks.push(chunk));
    answer.on('end', () => {
      let body = Buffer.concat(chunks);
      if (fault?.kind === 'lost') return request.socket.destroy();
      if (request.method === 'POST' && url.pathname.includes('/sign/')) body = signed_as_hosted(body);
      if (fault?.kind === 'truncate') body = body.subarray(0, body.length / 2);
      delete headers['transfer-encoding'];
      response.writeHead(answer.statusCode, { ...headers, 'content-length': body.length });
      if (fault?.kind !== 'cut_body') return response.end(body);
      response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
    });
  }
}

/** Lite writes signedUrl, whole; hosted projects write signedURL, relative to the service. */
function signed_as_hosted(body) {
  const mend = ({ signedUrl, ...rest }) => (signedUrl ? { ...rest, signedURL: signedUrl.replace('/storage/v1', '') } : rest);
  try {
    const value = JSON.parse(body.toString());
    return Buffer.from(JSON.stringify(Array.isArray(value) ? value.map(mend) : mend(value)));
  } catch { return body; }
}
