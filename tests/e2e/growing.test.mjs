// SPDX-License-Identifier: Apache-2.0
// Resizable ArrayBuffers, growable SharedArrayBuffers and WebAssembly memory: each is a store of its kind with what is
// committed of it in whole pages, every resize, the line that made it, and its death.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record } from './lib/slabscope.mjs';

const kPage = 4096;
const args = parseArgs('growing');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'growing.cjs');
const file = path.join(args.work, 'growing.slab');
const logFile = path.join(args.work, 'growing.json');
const outcome = await record(args, file, ['--expose-gc', program, logFile]);
report.equal(outcome.status, 0, `status of the program (${outcome.stderr})`);

const wholePages = (sizes) => sizes.map((size) => Math.ceil(size / kPage) * kPage).filter((size, i, all) => size !== all[i - 1]);
const log = JSON.parse(fs.readFileSync(logFile, 'utf8'));

const definitions = new Definitions();
const stores = new Map();
let slices = 0;
let phase = '';
await exportJsonl(args, file, (event) => {
  if (definitions.take(event)) return;
  if (event.type === 'mark') phase = event.name;
  if (event.type === 'mark' && phase === 'collected') {
    for (const store of stores.values()) report.check(store.freed, `the store of line ${store.line} lives after the collection`);
  }
  if (event.type === 'store_alloc' && (event.kind === 'resizable' || event.kind === 'wasm')) {
    const frame = definitions.programFrame(event.stack, program);
    stores.set(event.store, { line: frame?.line, kind: event.kind, reserved: event.reserved, sizes: [event.size], freed: false });
  } else if (event.type === 'store_alloc') {
    report.check(event.reserved === undefined, `a store of kind ${event.kind} has reserved ${event.reserved}`);
  }
  const store = stores.get(event.store);
  if (!store) return;
  if (event.type === 'store_resize') store.sizes.push(event.size);
  if (event.type === 'store_free') store.freed = true;
  if (event.type === 'slice') slices += 1;
});

const seen = [...stores.values()];
report.equal(seen.length, log.length, 'stores that grow in place');
for (const [i, expected] of log.entries()) {
  const { kind, line, sizes, reserved } = seen[i] ?? {};
  const what = `of line ${expected.line}`;
  report.equal(kind, expected.kind, `kind ${what}`);
  report.equal(line, expected.line, `line ${what}`);
  report.equal(sizes?.join(), wholePages(expected.sizes).join(), `committed bytes ${what}`);
  report.check(reserved >= expected.limit, `${reserved} bytes are reserved ${what}, which may grow to ${expected.limit}`);
}
const resizables = log.filter(({ kind }) => kind === 'resizable').length;
report.equal(slices, resizables === 0 ? 0 : 1, 'Buffers over a part of a resizable store');
report.equal(phase, 'collected', 'the last mark');
report.figure('stores checked', seen.length);
report.figure('resizes', seen.reduce((sum, { sizes }) => sum + sizes.length - 1, 0));
report.finish();
