// SPDX-License-Identifier: Apache-2.0
// slabscope record --max-size: the file never exceeds its limit, opens whenever it is looked at, killed or not, and what is
// alive at its end is what the program keeps.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record, run } from './lib/slabscope.mjs';

const kLimit = 1 << 18;
const kSlices = 300_000;
const kKills = 3;

const args = parseArgs('capped');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'capped.cjs');
const recordOptions = ['--max-size=256K'];

/** What the program keeps: the lengths of its slices, the sizes of its stores. */
function expected() {
  const kept = new Array(300);
  const own = new Array(50);
  let state = 1;
  const next = () => (state = (state * 48271) % 2147483647);
  for (let i = 0; i < kSlices; i++) {
    const place = next() % kept.length;
    kept[place] = 1 + (next() % 1000);
    if (i % 1000 === 0) own[(i / 1000) % own.length] = 20000 + (i % 7919);
  }
  return { cut: kept.sort((a, b) => a - b).join(), own: own.sort((a, b) => a - b).join() };
}

/** What of the program's own is alive before the main isolate ends. Ids must be defined before they are used, and times run on. */
async function aliveAtEnd(file) {
  const definitions = new Definitions();
  const stores = new Map();
  const slices = new Map();
  let ended = false;
  let last = 0;
  await exportJsonl(args, file, (event) => {
    if (definitions.take(event) || event.type === 'recording' || ended) return;
    report.check(event.t >= last, `time runs backwards at ${JSON.stringify(event)}`, 'order');
    last = event.t;
    const mine = event.stack && definitions.programFrame(event.stack, program);
    if (event.type === 'store_alloc') stores.set(event.store, mine ? event.size : 0);
    if (event.type === 'store_free') report.check(stores.delete(event.store), `unknown store ${event.store} is freed`, 'unknown store');
    if (event.type === 'slice') {
      report.check(stores.has(event.store), `slice ${event.slice} is cut from an unknown store`, 'unknown store');
      slices.set(event.slice, mine ? event.length : 0);
    }
    if (event.type === 'slice_free') report.check(slices.delete(event.slice), `unknown slice ${event.slice} is freed`, 'unknown slice');
    ended = event.type === 'isolate_end' && event.isolate === 0;
  });
  const sorted = (map, least, most) => [...map.values()].filter((size) => size >= least && size <= most).sort((a, b) => a - b).join();
  return { cut: sorted(slices, 1, 1000), own: sorted(stores, 20000, 27919) };
}

/** Looks at the file until it is told to stop. */
function watch(file) {
  const seen = { largest: 0, done: false };
  seen.end = (async () => {
    while (!seen.done) {
      if (fs.existsSync(file)) seen.largest = Math.max(seen.largest, fs.statSync(file).size);
      await sleep(1);
    }
  })();
  return seen;
}

async function toItsEnd() {
  const [small, large] = ['small.slab', 'large.slab'].map((name) => path.join(args.work, name));
  const watched = watch(small);
  const capped = await record(args, small, ['--expose-gc', program, `${kSlices}`], { recordOptions });
  watched.done = true;
  await watched.end;
  await record(args, large, ['--expose-gc', program, `${kSlices}`]);
  report.figure('largest size seen, of a limit of 262144', watched.largest);
  report.figure('size without limit', fs.statSync(large).size);
  report.check(watched.largest <= kLimit && fs.statSync(small).size <= kLimit, 'the file exceeds its limit');
  report.check(fs.statSync(large).size > 3 * kLimit, 'the program does too little to reach the limit several times');
  report.check(!fs.existsSync(`${small}.next`), 'the second file was left behind');

  const { answer, status } = await info(args, small, { verify: true });
  report.equal(status, 0, `status of info --verify: ${JSON.stringify(answer.problems)}`);
  const whole = (await info(args, large)).answer;
  const keeps = expected();
  for (const [name, file] of [['with limit', small], ['without', large]]) {
    const alive = await aliveAtEnd(file);
    report.equal(alive.cut, keeps.cut, `slices alive at the end, ${name}`);
    report.equal(alive.own, keeps.own, `stores alive at the end, ${name}`);
  }
  report.check(answer.dropped?.events > kSlices, 'info does not tell what was dropped');
  report.equal(answer.options.max_size, kLimit, 'info: the limit');
  const told = Number(/slab: (\d+) events, 0 lost/.exec(capped.stderr)?.[1]);
  report.equal(answer.dropped.events + answer.events, told, 'events in the file and dropped');
  report.check(capped.stderr.includes('--max-size: the detail of the first '), `record does not say what was dropped: ${capped.stderr}`);
  for (const totals of [answer.totals, whole.totals]) {
    report.check(totals.slices >= kSlices && totals.slices < 1.01 * kSlices, `${totals.slices} slices in all`);
    report.equal(totals.slices - totals.freed_slices, 0, 'slices that outlive the end');
  }
  report.equal(answer.dropped && answer.totals.stores - answer.totals.freed_stores, whole.totals.stores - whole.totals.freed_stores,
    'stores that outlive the end');
  await instants(small, answer.dropped.until / 1e9);
}

async function instants(file, from) {
  const at = async (t) => run(args.slabscope, ['report', file, '--at', `${t}`]);
  const early = await at(from / 2);
  report.equal(early.status, 2, 'status of report --at of a dropped time');
  report.check(/detail is kept from \d+\.\d+ s to \d+\.\d+ s/.test(early.stderr), `report says ${early.stderr}`);
  report.equal((await at(from.toFixed(3))).status, 0, 'status of report --at of the beginning of what is kept');
  const end = await run(args.slabscope, ['report', file]);
  report.check(end.stdout.includes('! detail before '), 'report does not tell that detail was dropped');
}

async function killed(round, victim) {
  const file = path.join(args.work, `killed-${victim}-${round}.slab`);
  const watched = watch(file);
  const wait = 200 + Math.floor(Math.random() * 2000);
  const onStart = (child) => {
    child.stdout.once('data', async (text) => {
      await sleep(wait);
      process.kill(victim === 'node' ? Number(/^pid (\d+)/.exec(text)[1]) : child.pid, 'SIGKILL');
      if (victim !== 'node') process.kill(Number(/^pid (\d+)/.exec(text)[1]), 'SIGKILL');
    });
  };
  await record(args, file, ['--expose-gc', program, `${kSlices}`, 'forever'], { recordOptions, onStart, expectStatus: null });
  watched.done = true;
  await watched.end;
  const { answer, status } = await info(args, file, { verify: true });
  report.figure(`${victim} killed after ${wait} ms`, `${answer.dropped?.events} events dropped, ${answer.bytes} bytes`);
  report.check(watched.largest <= kLimit && answer.bytes <= kLimit, 'the file exceeds its limit');
  report.equal(answer.problem_count, 0, `problems: ${JSON.stringify(answer.problems)}`);
  report.equal(answer.damage, '', 'damage');
  report.equal(answer.good_bytes, answer.bytes, 'bytes that can be read');
  if (victim === 'node') report.equal(status, 0, 'status of info --verify');
  await aliveAtEnd(file);
}

await toItsEnd();
for (let round = 0; round < kKills; round++) await killed(round, 'node');
await killed(0, 'collector');

const little = await run(args.slabscope, ['record', '--max-size=100K', args.node, '-e', '1']);
report.equal(little.status, 2, 'status with too small a limit');
report.equal(little.stderr, 'slabscope: --max-size=100K: too little to hold a recording; give 256K or more\n', 'what record says');
report.finish();
