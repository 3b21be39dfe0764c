// SPDX-License-Identifier: Apache-2.0
// The death of slices: what the program dropped is freed after a collection, what it kept is not, and being recorded
// keeps nothing alive that a plain run lets go.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { lineOf } from './lib/lines.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record, run } from './lib/slabscope.mjs';

const args = parseArgs('liveness');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'liveness.cjs');
const roleOfLine = new Map(['dropped', 'kept', 'parent', 'child', 'young'].map((role) => [lineOf(program, `// ${role}`), role]));

const nodeArgs = ['--expose-gc', program];
const plain = JSON.parse((await run(args.node, nodeArgs)).stdout);
const file = path.join(args.work, 'liveness.slab');
const recorded = JSON.parse((await record(args, file, nodeArgs)).stdout);
const ratio = recorded.arrayBuffers / plain.arrayBuffers;
report.figure('arrayBuffers after the collection', `${plain.arrayBuffers} plain, ${recorded.arrayBuffers} recorded`);
report.check(Math.abs(ratio - 1) <= 0.02, `the recorded run holds ${(100 * ratio).toFixed(1)} % of what a plain run holds`);

const definitions = new Definitions();
const slices = new Map(); // id -> {role, store, freed}
const stores = new Map(); // id -> {size, kind}
const born = { dropped: 0, kept: 0, parent: 0, child: 0, young: 0 };
const diedYoung = { full: 0, minor: 0 };
let phase = '';
let fullCollections = 0;
let atCollected = null;

await exportJsonl(args, file, (event) => {
  if (definitions.take(event)) return;
  switch (event.type) {
    case 'mark':
      phase = event.name;
      if (phase === 'young') fullCollections = 0;
      if (phase === 'collected') atCollected = summary();
      break;
    case 'gc':
      if (event.kind === 'mark-compact') fullCollections += 1;
      break;
    case 'store_alloc':
      stores.set(event.store, event);
      break;
    case 'store_free':
      stores.delete(event.store);
      break;
    case 'slice': {
      const role = roleOfLine.get(definitions.programFrame(event.stack, program)?.line);
      if (role && phase !== '') {
        born[role] += 1;
        slices.set(event.slice, { role, store: event.store });
      }
      break;
    }
    case 'slice_free': {
      const role = slices.get(event.slice)?.role;
      if (role === 'young') diedYoung[fullCollections === 0 ? 'minor' : 'full'] += 1;
      slices.delete(event.slice);
      break;
    }
    default:
  }
});

function summary() {
  const alive = { dropped: 0, kept: 0, parent: 0, child: 0, young: 0 };
  let withoutStore = 0;
  for (const { role, store } of slices.values()) {
    alive[role] += 1;
    if (!stores.has(store)) withoutStore += 1;
  }
  let bytes = 0;
  let slabs = 0;
  for (const store of stores.values()) {
    bytes += store.size;
    if (store.kind === 'pool') slabs += 1;
  }
  return { alive, withoutStore, bytes, slabs };
}

report.figure('slices born', JSON.stringify(born));
report.equal(born.dropped, recorded.dropped, 'dropped slices recorded');
report.equal(born.kept, recorded.kept, 'kept slices recorded');
report.equal(born.parent, recorded.kept, 'parents recorded');
report.equal(born.child, recorded.kept, 'children recorded');
report.figure('young slices that died in a scavenge', `${diedYoung.minor} of ${born.young}`);
report.check(diedYoung.minor >= 0.9 * born.young, 'young slices outlive the scavenges that kill them in a plain run');
if (report.check(atCollected !== null, 'the mark "collected" is missing')) {
  const { alive, withoutStore, bytes, slabs } = atCollected;
  report.figure('alive after the collection', JSON.stringify(alive));
  report.figure('slabs alive after the collection', slabs);
  report.equal(alive.dropped, 0, 'dropped slices alive after the collection');
  report.equal(alive.parent, 0, 'parents of kept views alive after the collection');
  report.equal(alive.kept, recorded.kept, 'kept slices alive after the collection');
  report.equal(alive.child, recorded.kept, 'kept views of dead parents alive after the collection');
  report.equal(withoutStore, 0, 'live slices whose slab is recorded as freed');
  report.check(
    Math.abs(bytes / recorded.arrayBuffers - 1) <= 0.02,
    `the recording holds ${bytes} bytes of stores, node says ${recorded.arrayBuffers}`,
  );
  const plainSlabs = plain.arrayBuffers / plain.slab;
  report.check(Math.abs(slabs / plainSlabs - 1) <= 0.05, `${slabs} slabs alive, a plain run holds ${plainSlabs.toFixed(1)} slabs' worth`);
}
// What the user did not want is missing for that reason, and no other.
const unwanted = { '--no-slices': ['slices', 'liveness'], '--no-liveness': ['liveness'], '--stacks=off': ['stacks'] };
for (const [option, names] of Object.entries(unwanted)) {
  const without = path.join(args.work, `${option.slice(2)}.slab`);
  await record(args, without, ['-e', '0'], { recordOptions: [option] });
  const { missing } = (await info(args, without)).answer;
  for (const name of names) report.equal(missing.find((capability) => capability.name === name)?.detail, `switched off by ${option}`, `${name} with ${option}`);
}
report.finish();
