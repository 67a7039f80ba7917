// node bench/healing/setup.mjs [FOLDER]: fetches the packages that the sets name, pinned by packages.lock.json, and makes
// every outside address in their pages a local one, so that the pages look the same with and without a network.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(process.argv[2] || path.join(here, '../../.cache/healing'));
const lockFile = path.join(here, 'packages.lock.json');
const lock = fs.existsSync(lockFile) ? JSON.parse(fs.readFileSync(lockFile, 'utf8')) : {};
const sets = fs.readdirSync(path.join(here, 'sets')).filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(fs.readFileSync(path.join(here, 'sets', name), 'utf8')));
const archives = path.join(root, 'archives');

function fetchPackage(spec, folder) {
  if (fs.existsSync(path.join(folder, 'package.json'))) return false;
  fs.mkdirSync(archives, { recursive: true });
  const name = execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', archives],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim().split('\n').pop();
  const archive = path.join(archives, name);
  const hash = createHash('sha256').update(fs.readFileSync(archive)).digest('hex');
  if (lock[spec] && lock[spec] !== hash) throw new Error(`${spec}: its checksum is not the one in packages.lock.json`);
  lock[spec] = hash;
  fs.mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', archive, '-C', folder, '--strip-components=1', '--no-same-owner', '--no-same-permissions']);
  execFileSync('chmod', ['-R', 'u+rwX', folder]);
  fs.rmSync(archive);
  console.log(spec);
  return true;
}

function* filesBelow(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file);
    else if (entry.isFile()) yield file;
  }
}

function makeLocal(folder, rewrites) {
  for (const file of filesBelow(folder)) {
    if (!/\.(html?|css)$/i.test(file) || /[\\/](node_modules|bower_components)[\\/].*\.html?$/.test(file)) continue;
    const before = fs.readFileSync(file, 'utf8');
    let text = before;
    for (const [outside, local] of rewrites) text = text.replaceAll(outside, local);
    text = text.replaceAll('https://cdn.jsdelivr.net/npm/', '/cdn/')
      .replace(/(<(?:script|link|img|iframe|source|video)\b[^>]*?\b(?:src|href)\s*=\s*["'])(?:https?:)?\/\/(?!127\.0\.0\.1)/gi, '$1/blocked/')
      .replace(/(@import\s+(?:url\()?["']?)(?:https?:)?\/\//gi, '$1/blocked/');
    if (text !== before) fs.writeFileSync(file, text);
  }
}

const rewrites = sets.flatMap((set) => set.rewrite || []);
for (const set of sets) {
  for (const spec of set.cdn || []) fetchPackage(spec, path.join(root, 'cdn', spec));
  for (const spec of set.packages) {
    const folder = path.join(root, 'pkg', spec.replace('/', '__'));
    if (fetchPackage(spec, folder)) makeLocal(folder, rewrites);
    const scoped = path.join(root, 'pkg', spec);
    if (spec.includes('/') && !fs.existsSync(scoped)) {
      fs.mkdirSync(path.dirname(scoped), { recursive: true });
      fs.symlinkSync(folder, scoped);
    }
  }
  for (const [from, to] of set.copy || []) {
    const folder = path.join(root, 'pkg', to);
    if (!fs.existsSync(folder)) fs.cpSync(path.join(root, 'cdn', from), folder, { recursive: true });
  }
}
fs.cpSync(path.join(here, 'harness'), path.join(root, 'harness'), { recursive: true });
fs.rmSync(archives, { recursive: true, force: true });
fs.writeFileSync(lockFile, `${JSON.stringify(lock, Object.keys(lock).sort(), 1)}\n`);
console.log(`pages in ${root}`);
