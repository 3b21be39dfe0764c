// SPDX-License-Identifier: Apache-2.0
// slabscope record --paused and slabscope ctl: what is recorded is what the program did between start and stop, stores are
// known throughout, and marks from outside arrive.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { lineOf } from './lib/lines.mjs';
import { Report } from './lib/report.mjs';
import { becomesFinished, exportJsonl, info, run } from './lib/slabscope.mjs';

const args = parseArgs('control');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'control.cjs');

/** The program, and a question-and-answer with it. */
class Told {
  constructor(command, commandArgs, options = {}) {
    this.child = spawn(command, commandArgs, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.ended = new Promise((resolve) => this.child.on('close', resolve));
  }
  async start() {
    this.pid = Number(/^pid (\d+)$/.exec((await this.lines.next()).value)[1]);
  }
  async tell(line) {
    this.child.stdin.write(`${line}\n`);
    report.equal((await this.lines.next()).value, `done ${line}`, 'what the program answers');
  }
  async end() {
    this.child.stdin.end();
    report.equal(await this.ended, 0, 'status of the program');
  }
}

async function ctl(pid, ...action) {
  const result = await run(args.slabscope, ['ctl', `${pid}`, ...action]);
  report.equal(result.status, 0, `status of ctl ${action.join(' ')} (${result.stderr})`);
  return result.stdout.trim();
}

async function refused(ctlArgs, expected) {
  const result = await run(args.slabscope, ['ctl', ...ctlArgs]);
  report.equal(result.status, 2, `status of ctl ${ctlArgs.join(' ')}`);
  report.check(
    result.stdout === '' && result.stderr.startsWith('slabscope: ') && result.stderr.includes(expected) &&
      result.stderr.indexOf('\n') === result.stderr.length - 1,
    `ctl ${ctlArgs.join(' ')} says "${result.stderr.trim()}", which has no "${expected}"`,
  );
}

/** What a recording has of the program's slices and stores, by their size. */
async function read(file) {
  const definitions = new Definitions();
  const seen = { slices: new Map(), stores: new Map(), pauses: [], marks: [], storeOf: new Map(), born: new Map(), died: new Set() };
  const add = (map, size, event) => map.set(size, [...(map.get(size) ?? []), event]);
  await exportJsonl(args, file, (event) => {
    if (definitions.take(event)) return;
    if (event.type === 'slice') add(seen.slices, event.length, { ...event, frame: definitions.programFrame(event.stack, program) });
    if (event.type === 'store_alloc') {
      seen.born.set(event.store, event);
      add(seen.stores, event.size, { ...event, frame: definitions.programFrame(event.stack, program) });
    }
    if (event.type === 'store_free') seen.died.add(event.store);
    if (event.type === 'pause' || event.type === 'resume') seen.pauses.push(event);
    if (event.type === 'mark') seen.marks.push(event);
  });
  return seen;
}

function checkSizes(seen, expected) {
  for (const [size, count, recorded] of expected) {
    const slices = seen.slices.get(size) ?? [];
    report.equal(slices.length, recorded ? count : 0, `slices of ${size} bytes`);
    for (const slice of slices) report.equal(slice.frame?.line, lineOf(program, '// cut'), `caller of a slice of ${size} bytes`);
    const stores = seen.stores.get(70000 + size) ?? [];
    report.equal(stores.length, count, `stores of ${70000 + size} bytes`);
    for (const store of stores) {
      report.equal(store.frame?.line, recorded ? lineOf(program, '// own') : undefined, `caller of a store of ${store.size} bytes`);
    }
  }
}

async function cycles() {
  const file = path.join(args.work, 'cycles.slab');
  const told = new Told(args.slabscope, ['record', '--paused', '-o', file, '--', args.node, '--expose-gc', program]);
  await told.start();
  // proc_pid_stat(5): policy is the 41st field; SCHED_OTHER is 0, SCHED_BATCH 3 (sched.h).
  const policy = (pid) => Number(fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[38]);
  report.equal(policy(told.child.pid), 3, 'scheduling policy of the collector');
  report.equal(policy(told.pid), policy(process.pid), 'scheduling policy of the program');
  const both = async (size, count) => {
    await told.tell(`cut ${size} ${count}`);
    await told.tell(`own ${70000 + size} ${count}`);
  };
  await both(101, 50);
  report.equal(await ctl(told.pid, 'start'), `process ${told.pid}: recording`, 'what ctl start says');
  await both(102, 60);
  await ctl(told.pid, 'mark', 'from outside, é');
  report.equal(await ctl(told.pid, 'stop'), `process ${told.pid}: paused`, 'what ctl stop says');
  await both(103, 70);
  report.equal(await ctl(told.pid, 'stop'), `process ${told.pid}: was paused already`, 'what a second stop says');
  await ctl(told.child.pid, 'mark', 'while paused');
  await ctl(told.child.pid, 'start');
  await both(104, 80);
  await told.tell('drop');
  await told.end();

  const seen = await read(file);
  checkSizes(seen, [[101, 50, false], [102, 60, true], [103, 70, false], [104, 80, true]]);
  report.equal(seen.pauses.map((event) => event.type).join(' '), 'pause resume pause resume', 'pauses and resumes');
  const [, resume] = seen.pauses;
  const slabs = (seen.slices.get(102) ?? []).map((slice) => seen.born.get(slice.store));
  report.check(slabs.some((slab) => slab?.t < resume.t), 'no slice was cut from a slab that was born while paused');
  report.check(slabs.every((slab) => slab), 'a slice names a store that is not in the recording');
  report.equal(JSON.stringify(seen.marks.map(({ name, isolate }) => [name, isolate])),
    JSON.stringify([['from outside, é', 0], ['while paused', 0]]), 'marks');
  report.check(seen.marks[0]?.t >= resume.t && seen.marks[0]?.t <= seen.pauses[2]?.t, 'the first mark is not where it was set');
  for (const size of [101, 102, 103, 104]) {
    const alive = (seen.stores.get(70000 + size) ?? []).filter((store) => !seen.died.has(store.store));
    report.equal(alive.length, 0, `stores of ${70000 + size} bytes that never died`);
  }

  const { answer, status } = await info(args, file, { verify: true });
  report.equal(status, 0, `status of info --verify: ${JSON.stringify(answer.problems)}`);
  report.equal(answer.paused?.length, 2, 'info: pauses');
  report.equal(answer.paused?.[1]?.until, seen.pauses[3]?.t, 'info: the end of the second pause');
  const text = await run(args.slabscope, ['report', file]);
  report.check(text.stdout.includes('! recording was paused from 0.000 s to '), 'report does not tell the pauses');
  await refused([`${told.pid}`, 'start'], `there is no process ${told.pid}`);
}

async function selfStarted() {
  const told = new Told(args.node, ['--expose-gc', program], { cwd: args.work, env: { ...process.env, LD_PRELOAD: args.shim } });
  await told.start();
  await told.tell('cut 101 10');
  await ctl(told.pid, 'stop');
  await told.tell('cut 102 20');
  await ctl(told.pid, 'mark', 'self');
  await ctl(told.pid, 'start');
  await told.tell('cut 103 30');
  await told.end();
  const file = path.join(args.work, `slabscope.node.${told.pid}.slab`);
  report.check(await becomesFinished(args, file), 'the recording is never finished');
  const seen = await read(file);
  report.equal(seen.slices.get(101)?.length, 10, 'slices before stop');
  report.equal(seen.slices.get(102)?.length, undefined, 'slices after stop');
  report.equal(seen.slices.get(103)?.length, 30, 'slices after start');
  report.equal(seen.marks.map((mark) => mark.name).join(), 'self', 'marks');
}

await cycles();
await selfStarted();
await refused([`${process.pid}`, 'start'], `process ${process.pid} is not being recorded`);
if (process.getuid() !== 0) await refused(['1', 'stop'], 'process 1 belongs to another user');
await refused(['1', 'pause'], 'unknown action pause');
await refused(['1', 'mark'], 'mark needs a name');
await refused(['x', 'stop'], 'PID');
report.finish();
