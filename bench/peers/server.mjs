// The one web server of a benchmark: serves ./pages from memory, never cached, and counts how often each was asked
// for, so that the driver can tell whether a program really loaded the page once per row.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const k_pages = new URL('./pages/', import.meta.url);

/** Listens on 127.0.0.1 and a free port. `take_hits(path)` returns and resets the number of requests for a path. */
export async function serve() {
  const pages = new Map(readdirSync(k_pages).map(name => [`/${name}`, readFileSync(new URL(name, k_pages))]));
  const hits = new Map();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://bench.example');
    hits.set(pathname, (hits.get(pathname) ?? 0) + 1);
    const page = pages.get(pathname);
    response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(page);
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    take_hits(path) {
      const count = hits.get(path) ?? 0;
      hits.delete(path);
      return count;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log((await serve()).url);
