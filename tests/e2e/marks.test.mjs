// SPDX-License-Identifier: Apache-2.0
// performance.mark(name) of the program is a mark of the recording, in order and in its isolate.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record, run } from './lib/slabscope.mjs';

const args = parseArgs('marks');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'marks.cjs');
const file = path.join(args.work, 'marks.slab');
const plain = await run(args.node, [program]);
const recorded = await record(args, file, [program]);
report.equal(recorded.stdout, plain.stdout, 'what performance.mark gives the program');

const byIsolate = new Map();
const all = [];
await exportJsonl(args, file, (event) => {
  if (event.type !== 'mark') return;
  if (!byIsolate.has(event.isolate)) byIsolate.set(event.isolate, []);
  byIsolate.get(event.isolate).push(event.name);
  all.push(event);
});
const each = ['first', 'second with spaces, é and 漢字 😀', 'repeated', 'repeated', 'with-detail'];
report.equal(JSON.stringify(byIsolate.get(0)), JSON.stringify([...each, 'last']), 'marks of the main isolate');
report.equal(JSON.stringify(byIsolate.get(1)), JSON.stringify([...each, 'in the worker']), "marks of the worker's isolate");
report.equal(byIsolate.size, 2, 'isolates with marks');
report.figure('marks', all.length);
report.finish();
