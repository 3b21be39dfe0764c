// SPDX-License-Identifier: Apache-2.0
// At every memory sample the live stores of that isolate's allocator add up to what Node itself counts.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record } from './lib/slabscope.mjs';

// A sweeper thread may be freeing at the very instant: figures of this many nanoseconds around it are as good.
const kInstant = 20e6;
// Node's figure leaves these out; it counts at most this share or this much else differently.
const kLeftOut = new Set(['resizable', 'wasm', 'external']);
const kShare = 0.01;
const kBytes = 128 * 1024;

const args = parseArgs('memory');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'memory.cjs');
const file = path.join(args.work, 'memory.slab');
await record(args, file, ['--expose-gc', program]);

const allocatorOf = new Map();
const history = new Map(); // allocator -> [{t, bytes}], each the sum after a change
const sizes = new Map();
const samples = [];
const sum = (allocator) => history.get(allocator)?.at(-1)?.bytes ?? 0;
function change(allocator, t, delta) {
  if (!history.has(allocator)) history.set(allocator, []);
  history.get(allocator).push({ t, bytes: sum(allocator) + delta });
}
await exportJsonl(args, file, (event) => {
  if (event.type === 'isolate_start') allocatorOf.set(event.isolate, event.allocator);
  else if (event.type === 'store_alloc' && !kLeftOut.has(event.kind)) {
    sizes.set(event.store, event);
    change(event.allocator, event.t, event.size);
  } else if (event.type === 'store_free' && sizes.has(event.store)) {
    const { allocator, size } = sizes.get(event.store);
    sizes.delete(event.store);
    change(allocator, event.t, -size);
  } else if (event.type === 'store_resize' && sizes.has(event.store)) {
    const store = sizes.get(event.store);
    change(store.allocator, event.t, event.size - store.size);
    store.size = event.size;
  } else if (event.type === 'memory') {
    const allocator = allocatorOf.get(event.isolate);
    samples.push({ ...event, allocator, bytes: sum(allocator) });
  }
});

let largest = 0;
let largestAtInstant = 0;
let exact = 0;
for (const sample of samples) {
  const near = (history.get(sample.allocator) ?? []).filter(({ t }) => Math.abs(t - sample.t) <= kInstant);
  const figures = [sample.bytes, ...near.map(({ bytes }) => bytes)];
  const low = Math.min(...figures);
  const high = Math.max(...figures);
  const atInstant = Math.abs(sample.bytes - sample.array_buffers);
  const difference = Math.max(low - sample.array_buffers, sample.array_buffers - high, 0);
  if (atInstant === 0) exact += 1;
  largestAtInstant = Math.max(largestAtInstant, atInstant);
  largest = Math.max(largest, difference);
  report.check(
    difference <= Math.max(kBytes, kShare * sample.array_buffers),
    `at ${sample.t} isolate ${sample.isolate}: live stores are ${sample.bytes} bytes (${low} to ${high} around it), node says ${sample.array_buffers}`,
    'difference',
  );
}
const isolates = new Set(samples.map(({ isolate }) => isolate));
report.figure('memory samples', `${samples.length} of ${isolates.size} isolates, ${exact} equal to the byte`);
report.figure('largest difference', `${largest} bytes beyond what changed within 20 ms, ${largestAtInstant} bytes at the instant itself`);
report.check(samples.length >= 10, `only ${samples.length} memory samples`);
report.equal(isolates.size, 2, 'isolates with memory samples');
report.finish();
