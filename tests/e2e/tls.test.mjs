// SPDX-License-Identifier: Apache-2.0
// What sockets read: where Node's C++ packs several reads into one store (TLS on the newest releases) that store is a slab of
// kind native-pool with all its slices, and `report` counts it; nothing else is.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record, run } from './lib/slabscope.mjs';

// By line, the first minor release.
const kFirstWithNativePool = { 24: 22, 26: 10 };
const args = parseArgs('tls');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'tls.cjs');
const inWork = (name) => path.join(args.work, name);
const [key, cert, file, logFile] = ['key.pem', 'cert.pem', 'tls.slab', 'tls.json'].map(inWork);
const made = await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost']);
if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`);

await record(args, file, [program, key, cert, logFile]);
const log = JSON.parse(fs.readFileSync(logFile, 'utf8'));

const definitions = new Definitions();
const stores = new Map();
const slices = [];
await exportJsonl(args, file, (event) => {
  if (definitions.take(event)) return;
  if (event.type === 'store_alloc') stores.set(event.store, { ...event, slices: 0 });
  if (event.type !== 'slice') return;
  stores.get(event.store).slices += 1;
  if (definitions.framesOf(event.stack).some((frame) => frame.function === 'onStreamRead')) slices.push(event);
});

// The pieces that share a store, by what the program saw.
const pieces = new Map();
for (const piece of log.tls) pieces.set(piece.store, [...(pieces.get(piece.store) ?? []), piece]);
const shared = [...pieces.values()].filter((all) => all.length > 1);
const native = [...stores.values()].filter(({ kind }) => kind === 'native-pool');
const minor = Number(args.version.split('.')[1]);
report.equal(shared.length > 0, minor >= (kFirstWithNativePool[args.line] ?? Infinity), 'whether TLS reads share stores on this Node');
report.equal(new Set(log.tcp.map(({ store }) => store)).size, log.tcp.length, 'stores of what came over TCP');

// Every piece that shares a store is a cut of a native-pool slab, at its place.
const cuts = (all) => all.map(({ offset, length }) => `${offset}+${length}`).join();
const recorded = new Map();
for (const slice of slices) {
  if (stores.get(slice.store).kind !== 'native-pool') continue;
  report.equal(slice.parent, 0, 'parent of a cut');
  recorded.set(slice.store, [...(recorded.get(slice.store) ?? []), slice]);
}
for (const all of shared) {
  // The client's own reads go through the same slabs.
  const found = [...recorded.values()].some((seen) => all.every((piece) => seen.some(({ offset, length }) => offset === piece.offset && length === piece.length)));
  report.check(found, `no native-pool slab holds the cuts ${cuts(all)}; there are ${[...recorded.values()].map(cuts).join(' and ')}`);
}
for (const slab of native) report.equal(slab.size, shared[0]?.[0].size, 'size of a native-pool slab');
if (shared.length === 0) report.equal(native.length, 0, 'native-pool slabs');

const answer = JSON.parse((await run(args.slabscope, ['report', file, '--at', 'kept', '--json'])).stdout);
const figures = answer.instants[0].slabs.native_pool;
report.equal(figures.count > 0, shared.length > 0, 'whether the report counts native-pool slabs');
const live = log.tls.filter(({ store }) => pieces.get(store).length > 1).reduce((sum, { length }) => sum + length, 0);
report.check(figures.live_bytes >= live, `the report has ${figures.live_bytes} live bytes in native-pool slabs, the program ${live}`);
report.figure('native-pool slabs', native.length);
report.figure('cuts', [...recorded.values()].reduce((sum, all) => sum + all.length, 0));
report.finish();
