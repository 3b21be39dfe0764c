// SPDX-License-Identifier: Apache-2.0
// Runs the same server plain and recorded, side by side under the same load, and watches what recording takes over time. scripts/soak calls it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { info } from '../../../tests/e2e/lib/slabscope.mjs';
import { judge, thinned } from './curve.mjs';
import { Load } from './load.mjs';
import { picture } from './picture.mjs';

const kMiB = 1 << 20;
const { values: given } = parseArgs({
  options: { build: { type: 'string' }, node: { type: 'string' }, out: { type: 'string' }, minutes: { type: 'string', default: '30' }, rate: { type: 'string', default: '150' }, young: { type: 'string', default: 'fixed' } },
});
const minutes = Number(given.minutes);
const bin = path.join(path.resolve(given.build), 'bin');
const slabscope = path.join(bin, 'slabscope');
const out = path.resolve(given.out);
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'server.cjs');

const csv = fs.openSync(path.join(out, 'samples.csv'), 'w');
const log = fs.openSync(path.join(out, 'stderr.txt'), 'w');

/** A running server: `started`, the pid of what was started, the `ended` promise of that one's status, and what it told of itself. */
async function start(command, ...args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', log] });
  process.on('exit', () => child.kill());
  const ended = new Promise((resolve) => child.on('close', (status, signal) => resolve(status ?? signal)));
  const [line] = await Promise.race([readline.createInterface(child.stdout)[Symbol.asyncIterator]().next().then(({ value }) => [value]), ended.then(() => [])]);
  if (!line) throw new Error(`${command} did not start`);
  return { started: child.pid, ended, ...JSON.parse(line) };
}

/** A line of /proc/PID/status in MiB. */
function memory(pid, key = 'VmRSS') {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)[1]) / 1024;
}

const sizeOf = (files) => files.reduce((sum, file) => sum + fs.statSync(path.join(out, file)).size, 0) / kMiB;
const recordings = () => fs.readdirSync(out).filter((name) => name.endsWith('.slab'));

const recording = path.join(out, 'soak.slab');
// A young generation that does not grow: half an hour is too short for V8 to settle on a size, and then two runs differ by more than is looked for.
const young = given.young === 'fixed' ? ['--min-semi-space-size=16', '--max-semi-space-size=16'] : [];
const command = [given.node, ...young, program];
const plain = await start(...command);
const recorded = await start(slabscope, 'record', '-o', recording, '--', ...command);
const collector = recorded.started;

const rings = { fullest_ring: 0, lost: 0 };
const watch = spawn(path.join(bin, 'ring_watch'), [`${collector}`], { stdio: ['ignore', 'pipe', 'inherit'] });
readline.createInterface(watch.stdout).on('line', (line) => {
  const now = JSON.parse(line);
  rings.fullest_ring = Math.max(rings.fullest_ring, now.fullest_ring);
  rings.lost = Math.max(rings.lost, now.lost);
});

let failure = null;
const load = new Load([plain.port, recorded.port], Number(given.rate), (error) => { failure ??= error; });
const began = performance.now();
const samples = [];
function sample() {
  const files = recordings();
  samples.push({
    minute: (performance.now() - began) / 60_000,
    answers: load.answers,
    plain: memory(plain.pid) + memory(plain.child),
    recorded: memory(recorded.pid) + memory(recorded.child),
    rings: memory(recorded.pid, 'RssShmem') + memory(recorded.child, 'RssShmem'),
    collector: memory(collector),
    collector_own: memory(collector, 'RssAnon'),
    fullest_ring: rings.fullest_ring / 1024,
    lost: rings.lost,
    file: sizeOf(['soak.slab']),
    files: files.length,
    all_files: sizeOf(files),
  });
  rings.fullest_ring = 0;
  const [names, values] = [Object.keys(samples.at(-1)), Object.values(samples.at(-1))];
  if (samples.length === 1) fs.writeSync(csv, `${names}\n`);
  fs.writeSync(csv, `${values}\n`);
}
// Sixty points of ten samples, however long it takes.
const every = (minutes * 60_000) / 600;
const sampling = setInterval(() => { try { sample(); } catch (error) { failure ??= error; } }, every);
const end = began + minutes * 60_000;
while (performance.now() < end && !failure) await new Promise((resolve) => setTimeout(resolve, Math.min(500, Math.max(end - performance.now(), 1))));
clearInterval(sampling);
await load.end();
for (const { pid } of [plain, recorded]) process.kill(pid, 'SIGTERM');
const status = await recorded.ended;
await plain.ended;
if (failure) throw failure;
if (status !== 0) throw new Error(`the recorded server ended with ${status}`);

const series = (figure, choose) => thinned(samples.map((each) => [each.minute, figure(each)]), minutes / 60, choose);
const curves = {
  plain: series((each) => each.plain),
  recorded: series((each) => each.recorded),
  beyond: series((each) => each.recorded - each.plain),
  rings: series((each) => each.rings),
  collector: series((each) => each.collector),
  collector_own: series((each) => each.collector_own),
  fullest_ring: series((each) => each.fullest_ring, (values) => Math.max(...values)),
  lost: series((each) => each.lost),
  file: series((each) => each.file),
  all_files: series((each) => each.all_files),
};

// By how much each may change without meaning anything: some MiB of a heap, a tenth of a ring. What node takes by itself is not judged.
const kJudged = [
  ['RSS of node, plain', 'MiB', curves.plain, null],
  ['RSS of node, recorded', 'MiB', curves.recorded, null],
  ['RSS of node beyond plain', 'MiB', curves.beyond, 4],
  ['of it: rings that it shares with the collector', 'MiB', curves.rings, 1],
  ['RSS of the collector', 'MiB', curves.collector, 2],
  ['of it: without rings and code', 'MiB', curves.collector_own, 2],
  ['bytes in the fullest ring', 'KiB', curves.fullest_ring, 200],
  ['events lost', '', curves.lost, 1],
  ['size of the main recording', 'MiB', curves.file, 0],
  ['size of all recordings', 'MiB', curves.all_files, 0],
];
let bent = 0;
let text = `${Math.floor(samples.at(-1).answers / 2).toLocaleString('en')} requests to each server in ${minutes} minutes.\n\n`;
text += '| | mean | at the end | change per hour | straight line explains | |\n| --- | ---: | ---: | ---: | ---: | --- |\n';
for (const [name, unit, points, noise] of kJudged) {
  const line = judge(points, noise);
  const verdict = noise === null ? '' : line.verdict;
  bent += verdict === 'neither';
  text += `| ${name} | ${line.mean.toFixed(1)} ${unit} | ${points.at(-1)[1].toFixed(1)} ${unit} | ${(line.slope * 60).toFixed(2)} ± ${(2 * line.error * 60).toFixed(2)} ${unit} | ${(line.explained * 100).toFixed(1)} % | ${verdict} |\n`;
}

let lost = 0;
let events = 0;
for (const name of recordings()) {
  const { answer } = await info({ slabscope }, path.join(out, name));
  lost += answer.lost_events;
  events += answer.counts.store_alloc + answer.counts.store_free + answer.counts.slice + answer.counts.slice_free;
  if (!answer.complete) throw new Error(`${name} is incomplete`);
}
const fullest = Math.max(...samples.map((each) => each.fullest_ring));
text += `\n${recordings().length} recordings, ${events.toLocaleString('en')} stores and slices born and died, ${lost} events lost; a ring of 2,048 KiB never held more than ${fullest.toFixed(0)} KiB.\n`;

fs.writeFileSync(path.join(out, 'soak.svg'), picture([
  { title: 'Resident set of node, MiB', curves: [{ name: 'plain', points: curves.plain }, { name: 'recorded', points: curves.recorded }, { name: 'beyond plain', points: curves.beyond }] },
  { title: 'Resident set of the collector, MiB', curves: [{ name: 'all', points: curves.collector }, { name: 'without rings and code', points: curves.collector_own }] },
  { title: 'Most that a ring held, KiB of 2,048', curves: [{ points: curves.fullest_ring }] },
  { title: 'Events lost', curves: [{ points: curves.lost }] },
  { title: 'Size of the recordings, MiB', curves: [{ name: 'all processes', points: curves.all_files }, { name: 'the server', points: curves.file }] },
], minutes));
process.stdout.write(text);
process.exit(bent === 0 && lost === 0 ? 0 : 1);
