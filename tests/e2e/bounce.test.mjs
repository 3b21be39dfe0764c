// SPDX-License-Identifier: Apache-2.0
// A store that is sent from isolate to isolate is one store: born once, freed once, and each move is told with where it
// went. Moves need a Node that tells of the workers that it starts; where it does not, the recording says so.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record } from './lib/slabscope.mjs';

const kFirstNodeThatTells = 20;
const args = parseArgs('bounce');
const rounds = Number(args.rounds ?? 300);
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'bounce.cjs');
const file = path.join(args.work, 'bounce.slab');
await record(args, file, ['--expose-gc', program, `${rounds}`]);

// A port may lead anywhere: that what it carries is not followed is said, and only then.
const travelled = path.join(args.work, 'travelled.slab');
await record(args, travelled, ['--expose-gc', program, '3', 'port']);
const { missing: missed } = (await info(args, travelled)).answer;
const why = missed.find(({ name }) => name === 'store-moves')?.detail ?? '';
report.check(args.line < kFirstNodeThatTells || why.includes('MessagePort'), `a store was sent over a port; info says "${why}"`);

const born = { 77001: [], 77002: [] };
const sizeOf = new Map();
const moves = { 77001: [], 77002: [] };
const freed = { 77001: [], 77002: [] };
const started = new Set();
let phase = '';
await exportJsonl(args, file, (event) => {
  if (event.type === 'mark') phase = event.name;
  if (event.type === 'isolate_start') started.add(event.isolate);
  if (event.type === 'store_alloc' && born[event.size]) {
    born[event.size].push(event);
    sizeOf.set(event.store, event.size);
  }
  const size = sizeOf.get(event.store);
  if (size === undefined) return;
  if (event.type === 'store_move') {
    moves[size].push(event.isolate);
    report.check(started.has(event.isolate), `a move to isolate ${event.isolate}, which has not started`);
  }
  if (event.type === 'store_free') freed[size].push(phase);
});

for (const size of [77001, 77002]) {
  report.equal(born[size].length, 1, `births of the store of ${size} bytes`);
  report.equal(born[size][0]?.isolate, 0, `the isolate that the store of ${size} bytes is born in`);
}
report.equal(freed[77001].join(), 'dropped', 'when the bounced store is freed');

const { capabilities, missing } = (await info(args, file)).answer;
if (args.line >= kFirstNodeThatTells) {
  report.check(capabilities.includes('store-moves'), `moves are missing: ${JSON.stringify(missing)}`);
  const workers = [...new Set(moves[77001])].filter((isolate) => isolate !== 0);
  report.equal(workers.length, 2, 'isolates that the store was sent to');
  const expected = [];
  for (let i = 0; i < rounds; i++) expected.push(workers[i % 2], 0);
  const wrong = expected.findIndex((isolate, i) => moves[77001][i] !== isolate);
  report.equal(wrong, -1, `the first wrong move (${moves[77001].slice(wrong, wrong + 4)} for ${expected.slice(wrong, wrong + 4)})`);
  report.equal(moves[77001].length, expected.length, 'moves');
  // What was refused came back at once.
  report.equal(moves[77002].at(-1) ?? 0, 0, 'where the store is that node refused to send');
} else {
  report.equal(moves[77001].length, 0, 'moves');
  report.check(missing.some(({ name }) => name === 'store-moves'), 'info does not say that moves are missing');
}
report.figure('moves', moves[77001].length);
report.finish();
