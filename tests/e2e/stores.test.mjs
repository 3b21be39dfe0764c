// SPDX-License-Identifier: Apache-2.0
// Stores of each kind: size, kind, birth, and death after a collection.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record } from './lib/slabscope.mjs';

const args = parseArgs('stores');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'stores.cjs');
const kSizes = [70001, 70002, 72008, 70003, 70004, 70005, 70006, 65, 1, 70007, 48, 60000, 140004];
const lines = fs.readFileSync(program, 'utf8').split('\n').map((text) => / \/\/ (\S+)(?: (\d+))?$/.exec(text)?.slice(1) ?? ['']);

const file = path.join(args.work, 'stores.slab');
await record(args, file, ['--expose-gc', program]);

const definitions = new Definitions();
const sizes = [];
const alive = new Map();
let phase = '';
let slices = 0;
await exportJsonl(args, file, (event) => {
  if (definitions.take(event)) return;
  if (event.type === 'mark') phase = event.name;
  if (event.type === 'mark' && phase === 'collected') {
    report.equal([...alive.values()].map(({ size }) => size).join(), '', 'sizes of stores alive after the collection');
  }
  if (event.type === 'store_free') alive.delete(event.store);
  if (phase !== 'begin' || (event.type !== 'store_alloc' && event.type !== 'slice')) return;
  const frame = definitions.programFrame(event.stack, program);
  if (!frame || event.isolate !== 0) return;
  const [kind, count] = lines[frame.line - 1] ?? [''];
  if (event.type === 'slice') {
    slices += 1;
    report.equal(kind, 'slices', `line ${frame.line} made a slice; its comment`);
    report.equal(Number(count), 2, 'slices of that line');
    return;
  }
  if (event.kind === 'pool') return;
  sizes.push(event.size);
  alive.set(event.store, event);
  const good = event.kind === kind || (kind === 'shared' && event.kind === 'arraybuffer');
  report.check(good, `line ${frame.line}: a store of ${event.size} is recorded as ${event.kind}, expected ${kind}`);
});
report.equal(sizes.join(), kSizes.join(), 'sizes of the stores, in order');
report.equal(slices, 2, 'slices (a text, and what it is searched for)');
report.equal(phase, 'collected', 'the last mark');
report.figure('stores checked', sizes.length);
report.finish();
