// SPDX-License-Identifier: Apache-2.0
// Every source of stores: what it makes is in the recording with its kind, its size and the line and column that asked
// for it, lives as long as the program holds it, and dies when it is collected.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileAddon } from './lib/addons.mjs';
import { parseArgs } from './lib/args.mjs';
import { Definitions, place } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record } from './lib/slabscope.mjs';

const args = parseArgs('sources');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'sources.cjs');
const file = path.join(args.work, 'sources.slab');
const logFile = path.join(args.work, 'sources.json');
const addons = await Promise.all(['externals.c', 'stores.cpp'].map((source) => compileAddon(args, source)));
await record(args, file, ['--expose-gc', program, logFile, ...addons]);
const { log, start, napi, ended } = JSON.parse(fs.readFileSync(logFile, 'utf8'));

const definitions = new Definitions();
const stores = new Map();
const births = []; // {during, store, what: 'alloc' | 'resize', kind, size, frame}
const endOf = new Map(); // store -> the marks that had passed when it died
const passed = new Set();
let during = '';
let bytesAtStart = 0;
await exportJsonl(args, file, (event) => {
  if (definitions.take(event)) return;
  if (event.type === 'mark') {
    passed.add(event.name);
    during = event.name.startsWith('begin:') ? event.name.slice(6) : '';
  } else if (event.type === 'store_alloc') {
    stores.set(event.store, event);
    const frame = definitions.programFrame(event.stack, program);
    births.push({ during, store: event.store, what: 'alloc', kind: event.kind, size: event.size, frame });
    if (!passed.has('start') && event.kind !== 'external') bytesAtStart += event.size;
  } else if (event.type === 'store_resize') {
    births.push({ during, store: event.store, what: 'resize', kind: 'resize', size: event.size, frame: null });
  } else if (event.type === 'store_kind') {
    stores.get(event.store).kind = event.kind;
  } else if (event.type === 'store_free') {
    endOf.set(event.store, { held: passed.has('held'), collected: passed.has('collected') });
    if (!passed.has('start') && stores.get(event.store)?.kind !== 'external') bytesAtStart -= stores.get(event.store).size;
  }
});
const { capabilities, missing } = (await info(args, file)).answer;
const missingNames = (missing ?? []).map(({ name }) => name);

// An allocator is not told whether a store is shared.
const sameKind = (seen, expected) => seen === expected || (expected === 'shared' && seen === 'arraybuffer' && missingNames.includes('shared-kind'));
let checked = 0;
for (const expected of log) {
  const { name, kind, size, line, column } = expected;
  const born = births.filter((each) => each.during === name && each.size === size && (kind === 'none' || kind === 'unseen' || sameKind(each.kind, kind)));
  if (kind === 'none' || kind === 'unseen') {
    report.equal(born.length, 0, `${name}: stores of ${size} bytes`);
    if (kind === 'none') {
      const before = births.filter((each) => each.size === size);
      report.equal(before.length, 1, `${name}: stores of ${size} bytes in the whole run`);
      report.check(!endOf.has(before[0]?.store) || endOf.get(before[0].store).held, `${name}: the store died before it was dropped`);
      report.check(endOf.has(before[0]?.store) && !endOf.get(before[0].store).collected, `${name}: the store was not freed by the collection`);
    }
    checked += 1;
    continue;
  }
  const all = births.filter((each) => each.during === name).map((each) => `${each.kind} ${each.size} at ${place(each.frame)}`);
  if (!report.check(born.length >= (expected.atLeast ?? 1), `${name}: no ${kind} store of ${size} bytes; there are: ${all.join(', ')}`)) continue;
  const kept = born.filter(({ store }) => endOf.get(store)?.held !== false);
  report.check(kept.length >= (expected.atLeast ?? 1), `${name}: the store died before it was dropped`);
  for (const { store, frame } of kept) {
    // The pool goes on cutting from its newest slab.
    const current = expected.current && store === kept.at(-1).store;
    if (column !== null) report.equal(`${frame?.line}:${frame?.column}`, `${line}:${column}`, `${name}: the caller`);
    report.check(current || (endOf.has(store) && !endOf.get(store).collected), `${name}: the store was not freed by the collection`);
    checked += 1;
  }
}
report.check(missingNames.includes('external-stores'), 'info does not say that some external stores are missing');
report.check(missingNames.includes('unowned-stores'), 'info does not say that stores of kept memory are missing');
report.equal(napi.wrong, 0, 'finalizers of the addon that were called with something else');
report.equal(ended, 3, 'ends of stores of the C++ addon');
report.equal(napi.finalized, 3, 'finalizers of the Node-API addon');
// What comes out of node's start-up snapshot is there too: nothing that node counts is missing.
report.equal(bytesAtStart, start.arrayBuffers, 'bytes that live at the start of the program');
report.figure('sources', log.length);
report.figure('stores checked', checked);
report.figure('capabilities', capabilities?.length ?? 0);
report.finish();
