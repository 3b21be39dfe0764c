// SPDX-License-Identifier: Apache-2.0
// What `explain` says of a program that exercises each claim: its verdicts against what Node itself told the program, and
// its figures against a slow reading of the exported events.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { PoolModel } from './lib/pool-model.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record, run } from './lib/slabscope.mjs';

const args = parseArgs('explain');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'explain.cjs');
const file = path.join(args.work, 'explain.slab');

const oracle = JSON.parse((await record(args, file, ['--expose-gc', program])).stdout);
const definitions = new Definitions();
const model = new PoolModel(definitions);
await exportJsonl(args, file, (event) => {
  if (!definitions.take(event)) model.take(event);
});
model.finish();

const told = await run(args.slabscope, ['explain', file, '--json']);
report.equal(told.status, 0, `status of explain (${told.stderr})`);
const answer = JSON.parse(told.stdout);
const claims = Object.fromEntries(answer.claims.map((claim) => [claim.id, claim]));
const counts = (id) => claims[id].counts;
const equal = (seen, expected, what) => report.equal(JSON.stringify(seen), JSON.stringify(expected), what);

const kVerdicts = {
  'pool-size': oracle.poolSize === 8192 ? 'holds' : 'does-not-hold',
  alloc: 'does-not-hold',
  threshold: 'holds',
  placement: 'does-not-hold',
  reuse: 'does-not-hold',
  sharing: 'holds',
  'old-data': 'holds',
  fragmentation: 'does-not-hold',
  held: 'holds',
  threads: 'holds',
  whole: 'holds',
};
equal(answer.claims.map((claim) => [claim.id, claim.verdict]), Object.entries(kVerdicts), 'verdicts');
for (const claim of answer.claims) {
  report.figure(claim.id, claim.verdict);
  report.equal(claim.lacking, null, `what ${claim.id} lacks`);
}

// The pool's size, and where it begins in a slab.
report.equal(counts('pool-size').told, oracle.poolSize, 'Buffer.poolSize');
equal(counts('pool-size').slabs, [{ size: oracle.slab, slabs: model.slabCount }], 'sizes of slabs');
report.equal(counts('pool-size').room, oracle.slab - oracle.poolSize, 'bytes for the alignment of the base');
if (oracle.slab !== oracle.poolSize) {
  for (const { offset } of counts('pool-size').bases) report.check([0, 16, 32, 48].includes(offset), `a base at ${offset}`);
}

// Where the program's own Buffers lie, as Node told it: some of them are in the examples, all of them in the events.
const placed = model.cutsBetween('placement', 'placed').map((cut) => cut.offset);
equal(placed, oracle.placement.offsets, 'offsets of the Buffers that were placed one after the other');
report.check(oracle.placement.oneSlab, 'the placed Buffers do not share a slab');
report.equal(claims.alloc.examples.store.length, oracle.placement.own[1], 'the store of Buffer.alloc(100)');
report.equal(counts('alloc').cuts.count, 0, 'cuts by Buffer.alloc');

const threshold = counts('threshold');
report.equal(threshold.threshold, oracle.half, 'half the size of the pool');
report.equal(claims.threshold.examples.largest_cut.length, oracle.half - 1, 'the largest cut');
report.equal(claims.threshold.examples.smallest_store.length, oracle.half, 'the smallest store of its own');
equal(model.factoriesOfCuts(), threshold.factories.filter((one) => one.cuts.count > 0).map((one) => [one.factory, one.cuts.count]).sort(), 'cuts by factory');

// The figures of placement, reuse and sharing.
const placement = counts('placement');
for (const [name, seen] of Object.entries({ cuts: model.cuts, slabs: model.cutSlabs, trims: model.trims })) report.equal(placement[name], seen, `placement: ${name}`);
for (const cause of ['none', 'alignment', 'base', 'startup']) report.equal(placement.gaps[cause].count, model.gaps[cause], `gaps: ${cause}`);
for (const cause of ['unknown', 'lost', 'paused', 'dropped']) report.equal(placement.gaps[cause].count, 0, `gaps: ${cause}`);
report.equal(placement.gaps.aligned_request.count, oracle.aligned, 'gaps: aligned_request');
report.equal(Object.values(placement.gaps).reduce((sum, gap) => sum + gap.count, 0), placement.cuts, 'cuts that have a cause');
report.equal(oracle.churn.backward, 0, 'moves backward that the program saw');
report.equal(counts('reuse').backward, 0, 'moves backward');
report.equal(counts('reuse').reused.count, 0, 'regions handed out again');
report.check(counts('reuse').after_deaths > 1000, `only ${counts('reuse').after_deaths} cuts came after deaths in their slab`);
report.equal(counts('sharing').shared_slabs, model.sharedSlabs, 'slabs with more than one cut');
report.equal(counts('sharing').most_cuts, model.mostCuts, 'cuts in one slab');

// What it costs, of all slabs and of those that only strings, or only allocUnsafe, were cut from.
const cost = counts('fragmentation');
equal([cost.slabs, cost.bytes, cost.cut], [model.left.slabs, model.left.bytes, model.left.cut], 'slabs left');
report.equal(cost.cut + cost.padding + cost.aligned + cost.room + cost.tail, cost.bytes, 'bytes of the slabs left');
const strings = cost.left_for.find((one) => one.factory === 'Buffer.from(string)');
const filled = oracle.fill.strings;
report.equal(strings?.slabs, filled.slabs, 'slabs left for strings');
report.equal(strings?.cut, filled.cut, 'bytes cut from slabs that were left for strings');
report.equal(strings?.bytes, filled.bytes, 'bytes of slabs that were left for strings');
report.figure('fill of slabs left for strings', strings?.fill);
report.figure('fill of slabs left for others of that length', oracle.fill.plain.cut / oracle.fill.plain.bytes);
if (args.line === 18) {
  report.equal(strings?.tails.string_reservation.count, 0, 'slabs left although the string fitted');
} else {
  report.check(Math.abs(strings.fill - 0.61) < 0.005, `slabs left for strings are filled to ${strings.fill}`);
  report.equal(strings.tails.string_reservation.count, filled.slabs, 'slabs left although the string fitted');
}
report.equal(model.leftUnknown, cost.not_whole, 'slabs left that are not counted');

// Who holds slabs by how little, and what threads have.
const held = counts('held');
equal([held.slabs.count, held.live_bytes, held.below_1_percent], [oracle.keepers.slabs, oracle.keepers.bytes, oracle.keepers.slabs], 'slabs held');
report.equal(held.smallest_live_bytes, 16, 'the smallest hold');
report.equal(held.survived_full_collection.count, oracle.keepers.slabs, 'holds that survived a full collection');
report.equal(claims.held.examples.slice.caller.function, 'keepers', 'who holds');
report.equal(claims.held.examples.slice.caller.file, program, 'the file of who holds');
const worker = counts('threads').isolates.find((one) => one.isolate === claims.threads.examples.other_isolate.isolate);
equal(counts('threads').isolates.map((one) => one.cuts).reduce((a, b) => a + b), model.cuts, 'cuts of all isolates');
report.check(worker?.cuts >= oracle.worker.cuts && worker?.slabs >= oracle.worker.slabs, `the worker has ${JSON.stringify(worker)}`);
report.equal(counts('whole').freed.count, model.freedSlabs, 'slabs freed');
const { slab, earlier_store: earlier } = claims['old-data'].examples;
report.check(model.overlap(slab.slab, earlier), `store ${earlier} did not lie where slab ${slab.slab} lies`);

// The text says the same, on one or two screens.
const text = (await run(args.slabscope, ['explain', file])).stdout;
const lines = text.split('\n');
report.check(lines.length <= 80, `the text has ${lines.length} lines`);
for (const claim of answer.claims) {
  const line = `${claim.verdict.replaceAll('-', ' ').toUpperCase().padEnd(15)}${claim.claim}`;
  report.check(lines.includes(line), `the text does not have "${line}"`);
}
report.finish();
