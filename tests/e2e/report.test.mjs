// SPDX-License-Identifier: Apache-2.0
// What `report` says of examples/slab-retention.js: the advice names the line that the example marks, and all figures are
// those of the history, replayed here event by event.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record, run } from './lib/slabscope.mjs';

const args = parseArgs('report');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const example = path.join(here, '..', '..', 'examples', 'slab-retention.js');
const file = path.join(args.work, 'retention.slab');
// From the folder above: files are told relative to it.
const outcome = await record(args, file, ['--expose-gc', path.join(here, 'programs', 'retention.cjs')], { cwd: path.join(here, '..', '..') });
report.equal(outcome.status, 0, 'status of the program');

async function reported(...more) {
  const ran = await run(args.slabscope, ['report', file, ...more]);
  report.equal(`${ran.status}${ran.stderr}`, '0', `status and stderr of report ${more.join(' ')}`);
  return ran.stdout;
}

// ---- the history

const definitions = new Definitions();
const stores = new Map();
const slices = new Map();
const costs = new Map();
let lastFull = -1;
const collections = [];
let ended = false;

const isSlab = ({ kind }) => kind === 'pool' || kind === 'native-pool';
const nameOf = (frame) => (frame ? `${frame.function} ${frame.file}:${frame.line}:${frame.column}` : 'no stack');
const ofProgram = ({ kind, file: name }) => ['js', 'wasm'].includes(kind) && !name.startsWith('node:');

/** The innermost frame of the program; null where there is none, since the rest of the rule is not asked here. */
function ownerOf(stack) {
  const found = definitions.framesOf(stack).find(ofProgram);
  return found ? nameOf(found) : null;
}

function costsOf(stack) {
  const owner = ownerOf(stack);
  if (!costs.has(owner)) costs.set(owner, { allocations: 0, bytes: 0, temporary: 0, died: 0 });
  return costs.get(owner);
}

function died(born, stack, t) {
  const cost = costsOf(stack);
  cost.died += 1;
  cost.temporary += collections.filter((began) => began > born && began <= t).length < 2 ? 1 : 0;
}

await exportJsonl(args, file, (event) => {
  if (definitions.take(event)) return;
  if (event.type === 'isolate_end' && event.isolate === 0) ended = true;
  if (ended) return;
  switch (event.type) {
    case 'store_alloc':
      stores.set(event.store, event);
      if (isSlab(event)) break;
      costsOf(event.stack).allocations += 1;
      costsOf(event.stack).bytes += event.size;
      break;
    case 'store_free': {
      const store = stores.get(event.store);
      if (!isSlab(store)) died(store.t, store.stack, event.t);
      stores.delete(event.store);
      break;
    }
    case 'slice':
      slices.set(event.slice, event);
      if (event.parent !== 0 || !isSlab(stores.get(event.store))) break;
      costsOf(event.stack).allocations += 1;
      costsOf(event.stack).bytes += event.length;
      break;
    case 'slice_free': {
      const slice = slices.get(event.slice);
      if (slice.parent === 0 && stores.has(slice.store) && isSlab(stores.get(slice.store))) died(slice.t, slice.stack, event.t);
      slices.delete(event.slice);
      break;
    }
    case 'gc':
      if (['scavenge', 'minor-mark-sweep', 'mark-compact'].includes(event.kind)) collections.push(event.t);
      if (event.kind === 'mark-compact') lastFull = event.t;
      break;
  }
});

function unionOf(ranges) {
  let bytes = 0;
  let covered = 0;
  for (const [begin, end] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    bytes += Math.max(0, end - Math.max(begin, covered));
    covered = Math.max(covered, end);
  }
  return bytes;
}

/** By owner, from slices that survived: what is held is exact here, and rounded by less than a byte a slab in the report. */
function survivors() {
  const holders = new Map();
  const sums = { younger: 0, unknown: 0, slabs: 0 };
  const bySlab = new Map();
  for (const slice of slices.values()) {
    if (!bySlab.has(slice.store)) bySlab.set(slice.store, []);
    bySlab.get(slice.store).push(slice);
  }
  for (const slab of [...stores.values()].filter(isSlab)) {
    sums.slabs += slab.size;
    const all = bySlab.get(slab.store) ?? [];
    const old = all.filter(({ t }) => t < lastFull);
    if (old.length === 0) {
      sums[all.length === 0 && slab.t < lastFull ? 'unknown' : 'younger'] += slab.size;
      continue;
    }
    const mine = new Map();
    for (const slice of old) {
      const owner = ownerOf(slice.stack);
      mine.set(owner, [...(mine.get(owner) ?? []), slice]);
    }
    const live = [...mine].map(([, own]) => unionOf(own.map(({ offset, length }) => [offset, offset + length])));
    const whole = live.reduce((a, b) => a + b, 0);
    [...mine].forEach(([owner, own], i) => {
      const holder = holders.get(owner) ?? { held: 0, alone: 0, live: 0, slices: 0, shared: 0 };
      holder.held += whole === 0 ? slab.size / mine.size : (slab.size * live[i]) / whole;
      holder.alone += mine.size === 1 ? slab.size : 0;
      holder.shared += mine.size === 1 ? 0 : 1;
      holder.live += live[i];
      holder.slices += own.length;
      holders.set(owner, holder);
    });
  }
  return { holders, sums };
}

// ---- the report against it

const whole = JSON.parse(await reported('--json', '--top', '1000'));
const end = whole.instants.find(({ at }) => at === 'end');
const { holders, sums } = survivors();
report.check(lastFull > 0, 'there was no full collection');
report.equal(end.last_full_collection_ns, lastFull, 'the last full collection');
report.equal(end.slabs.pool.bytes + end.slabs.native_pool.bytes, sums.slabs, 'bytes of slabs');
report.equal(end.younger.slab_bytes, sums.younger, 'slab bytes younger than the last full collection');
report.equal(end.survived.holder_unknown.bytes, sums.unknown, 'slab bytes whose holder is unknown');
for (const holder of end.survived.holders.filter(ofProgram)) {
  const name = nameOf(holder);
  const mine = holders.get(name);
  if (!report.check(mine, `${name} holds nothing in the history`)) continue;
  report.check(Math.abs(holder.held_bytes - mine.held) <= mine.shared, `${name} holds ${holder.held_bytes}, in the history ${mine.held}`);
  report.equal(holder.alone_bytes, mine.alone, `what ${name} alone holds`);
  report.equal(holder.live_bytes, mine.live, `live bytes of ${name}`);
  report.equal(holder.slices, mine.slices, `slices of ${name}`);
  holders.delete(name);
}
holders.delete(null);
report.equal(holders.size, 0, `holders in the history alone: ${[...holders.keys()]}`);

const line = fs.readFileSync(example, 'utf8').split('\n').findIndex((text) => text.includes('<- holds the slabs')) + 1;
const advice = whole.advice.filter(({ rule }) => rule === 'small-slices-pin-slabs');
report.equal(advice.length, 1, 'pieces of advice on slabs that are pinned');
report.check(advice[0]?.file.endsWith('slab-retention.js') && advice[0].line === line, `the advice is on ${advice[0]?.file}:${advice[0]?.line}, not on line ${line}`);
const top = end.survived.holders[0];
for (const figure of ['function', 'file', 'line', 'column', 'held_bytes', 'alone_bytes', 'live_bytes', 'slices']) {
  report.equal(advice[0]?.[figure], top[figure], `${figure} of the advice and of the top holder`);
}
report.equal(top.slices, 20_000, 'tokens that hold the slabs');
report.equal(top.live_bytes, 20_000 * 12, 'their bytes');

const text = await reported();
const flat = text.replace(/\n\s+/g, ' ');
report.check(flat.includes(`* handleMessage `) && flat.includes(`:${line}:`) && flat.includes('holds '), `the advice is not in the text:\n${text}`);
report.check(flat.includes(`with ${(20_000 * 12).toLocaleString('en-US')} live bytes`), 'the live bytes are not in the text');
report.check(text.split('\n').length <= 45, `${text.split('\n').length} lines are more than a screen`);
for (const one of text.split('\n').slice(2)) report.check(one.length <= 120, `a long line: ${one}`);

// ---- callers

const list = JSON.parse(await reported('--by', 'line', '--json', '--top', '100000'));
for (const caller of list.callers.filter((one) => ofProgram(one) && one.self.allocations > 0)) {
  const mine = costs.get(nameOf(caller));
  if (!report.check(mine, `${nameOf(caller)} allocates nothing in the history`)) continue;
  for (const figure of ['allocations', 'bytes', 'temporary']) report.equal(caller.self[figure], mine[figure], `${figure} of ${nameOf(caller)}`);
  report.equal(caller.self.lifetimes.count, mine.died, `deaths of ${nameOf(caller)}`);
}
for (const figure of ['allocations', 'bytes', 'live_bytes', 'held_bytes', 'temporary']) {
  const total = list.total[figure];
  report.equal(list.callers.reduce((sum, { self }) => sum + self[figure], 0), total, `the sum of ${figure}`);
  for (const direction of ['top-down', 'bottom-up']) {
    for (const by of ['line', 'package']) {
      const tree = JSON.parse(await reported('--tree', direction, '--by', by, '--json', '--top', '100000', '--depth', '1000'));
      report.equal(tree.roots.reduce((sum, root) => sum + root.total[figure], 0), total, `${figure} of the roots, ${direction} by ${by}`);
    }
  }
}
report.equal(list.total.held_bytes + list.unknown_held_bytes, end.store_bytes, 'what is held, and the bytes of the stores');
report.figure('held by the top holder', top.held_bytes);
report.figure('callers', list.callers.length);
report.finish();
