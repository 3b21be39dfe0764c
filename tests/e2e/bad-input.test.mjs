// SPDX-License-Identifier: Apache-2.0
// Damaged recordings, files that are none, wrong options and impossible instants, for every command that reads: it ends by itself
// with the status of its contract, in bounded memory, and says in one line which file, where, and what to do. Of a damaged recording an
// anonymous copy holds what is whole.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { mutated } from './lib/mutations.mjs';
import { inParallel } from './lib/parallel.mjs';
import { Report } from './lib/report.mjs';
import { info, record, run } from './lib/slabscope.mjs';

const kMutations = { few: 20, all: 200 };
const kAddressSpaceKiB = 512 * 1024;
const kHang = 60_000;

const args = parseArgs('bad-input');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const inWork = (name) => path.join(args.work, name);

async function recorded(name, ...more) {
  const file = inWork(name);
  await record(args, file, ['--expose-gc', path.join(here, 'programs', 'bad-input.cjs'), ...more]);
  return file;
}
const [good, another] = await Promise.all([recorded('good.slab'), recorded('another.slab', 'another')]);

/** Every command that reads FILE. The last is true of those whose status 1 means that something was found. */
const commandsOn = (file) => [
  [['info', file]],
  [['info', file, '--json']],
  [['info', file, '--verify'], true],
  [['info', file, '--verify', '--json'], true],
  [['report', file]],
  [['report', file, '--json']],
  [['report', file, '--by', 'function']],
  [['report', file, '--tree', 'bottom-up', '--json']],
  [['slabs', file, '--at', 'peak']],
  [['slabs', file, '--json']],
  [['explain', file]],
  [['explain', file, '--json']],
  ...['jsonl', 'csv', 'pprof', 'speedscope', 'folded'].map((format) => [['export', file, '--format', format]]),
  [['diff', good, file]],
  [['diff', file, good, '--json']],
];

const inWords = (command) => command.map((word) => (word.includes(path.sep) ? path.basename(word) : word)).join(' ');
const limited = (command, options) =>
  run('sh', ['-c', `ulimit -c 0; ulimit -v ${kAddressSpaceKiB}; exec "$@"`, 'sh', args.slabscope, ...command], { timeout: kHang, ...options });

/** One line of slabscope's own that has all of `parts` in it. */
function checkLine(stderr, parts, what) {
  const lines = stderr.split('\n');
  report.check(lines.length === 2 && lines[1] === '' && lines[0].startsWith('slabscope: '), `${what}: not one line: ${stderr.slice(0, 600)}`);
  for (const part of parts) report.check(part instanceof RegExp ? part.test(stderr) : stderr.includes(part), `${what}: no "${part}" in: ${stderr}`);
}

/** What to do: after a semicolon, or as what would have been right. */
const kAdvice = /; |give |expected |there is no instant/;

function checkRefused(ran, what, parts) {
  report.check(ran.status === 2, `${what}: ended with ${ran.status ?? ran.signal}${ran.timedOut ? ' (it hung)' : ''}: ${ran.stderr.slice(0, 300)}`);
  report.check(ran.stdout === '', `${what}: wrote to stdout too: ${ran.stdout.slice(0, 200)}`);
  checkLine(ran.stderr, parts, what);
}

function checkAnswer(ran, command, may_find, file, what) {
  if (ran.status === 2) return checkRefused(ran, what, [file, kAdvice]);
  const expected = ran.status === 0 || (may_find && ran.status === 1);
  if (!report.check(expected, `${what}: ended with ${ran.status ?? ran.signal}${ran.timedOut ? ' (it hung)' : ''}: ${ran.stderr.slice(0, 300)}`)) return;
  report.equal(ran.stderr, '', `${what}: stderr`);
  report.check(ran.stdout !== '' || command.includes('folded'), `${what}: said nothing`);
  if (!command.includes('--json')) return;
  try {
    JSON.parse(ran.stdout);
  } catch (error) {
    report.fail(`${what}: no JSON: ${error.message}`);
  }
}

// ---- damaged recordings

const bytes = fs.readFileSync(good);
const otherBytes = fs.readFileSync(another);
const statuses = { 0: 0, 1: 0, 2: 0 };

async function checkCopy(file, copy, what) {
  const ran = await limited(['anonymize', file, '-o', copy]);
  if (ran.status !== 0) return checkRefused(ran, what, [file, kAdvice]);
  report.equal(ran.stdout, '', `${what}: stdout`);
  if (ran.stderr !== '') checkLine(ran.stderr, [file, 'is incomplete'], what);
  const events = async (of) => (await info(args, of)).answer.events;
  report.equal(await events(copy), await events(file), `${what}: events`);
  fs.rmSync(copy);
}
function* damaged() {
  for (let seed = 0; seed < kMutations[args.variant ?? 'all']; seed++) {
    yield async () => {
      const { kind, bytes: content } = mutated(bytes, otherBytes, seed);
      const file = inWork(`damaged-${seed}.slab`);
      fs.writeFileSync(file, content);
      for (const [command, mayFind] of commandsOn(file)) {
        const ran = await limited(command);
        statuses[ran.status] += 1;
        checkAnswer(ran, command, mayFind, file, `seed ${seed}, ${kind}: ${inWords(command)}`);
      }
      await checkCopy(file, inWork(`anonymous-${seed}.slab`), `seed ${seed}, ${kind}: anonymize`);
      fs.rmSync(file);
    };
  }
}
await inParallel(damaged());
for (const status of [0, 1, 2]) {
  report.figure(`commands on damaged recordings that ended with ${status}`, statuses[status]);
  report.check(statuses[status] > 0, `no damage led to status ${status}: this test no longer tries everything`);
}

// ---- files that are no recordings

fs.writeFileSync(inWork('empty.slab'), '');
fs.writeFileSync(inWork('text.slab'), 'not a recording\n'.repeat(1000));
fs.writeFileSync(inWork('zeros.slab'), Buffer.alloc(100_000));
fs.mkdirSync(inWork('folder.slab'));
execFileSync('mkfifo', [inWork('fifo.slab')]);
fs.symlinkSync('loop.slab', inWork('loop.slab'));
const strange = ['empty.slab', 'text.slab', 'zeros.slab', 'folder.slab', 'fifo.slab', 'loop.slab', 'missing.slab', 'missing\nfolder/\x1b[31m.slab'];
await inParallel(
  strange.flatMap((name) =>
    commandsOn(inWork(name)).map(([command]) => async () => {
      const printed = name.replace(/[\n\x1b].*/su, '');
      checkRefused(await limited(command), `${JSON.stringify(name)}: ${inWords(command)}`, [printed, kAdvice]);
    }),
  ),
);

// ---- options and instants that cannot be

const kInstants = ['-1', '-0.001', 'nan', '-nan', 'inf', '1e300', '1e9', '99999', '5m', '5 s', '0x10', '', ' ', '1,5', 'never', 'round#0', 'round#99', 'round#', '#1', 'peak#2', 'END', '\n'];
const timed = [['report', good], ['report', good, '--by', 'line'], ['slabs', good], ['export', good, '--format', 'csv'], ['diff', good, good]];
const kOptions = {
  info: [['--verfy'], ['--at', '1'], ['--json=3'], ['more.slab']],
  report: [['--top'], ['--top', '0'], ['--top', '-1'], ['--top', 'x'], ['--top', '1e99'], ['--top', '99999999999999999999'], ['--by', 'colour'], ['--by'], ['--tree', 'up'], ['--depth', '3'], ['--tree', 'top-down', '--depth', '0'], ['--cost', 'bytes'], ['--by', 'line', '--cost', 'weight'], ['--all-frames'], ['--json', '--yaml'], ['more.slab']],
  slabs: [['--top', '0'], ['--top', 'nan'], ['--at'], ['--by', 'line'], ['more.slab']],
  explain: [['--at', '1'], ['--top', '1'], ['more.slab']],
  export: [[], ['--format'], ['--format', 'xml'], ['--format', 'JSONL'], ['--format', 'folded', '--cost', 'x'], ['--format', 'csv', '-o'], ['--format', 'csv', '-o', '/dev/null/x'], ['--format', 'csv', '-o', args.work], ['--format', 'csv', '-o', good], ['more.slab', '--format', 'csv']],
  diff: [[], [good, '--per', 'hour'], [good, '--per'], [good, '--fail-if', 'weight > 1'], [good, '--fail-if', ''], [good, '--fail-if', 'held_bytes >'], [good, '--fail-if', 'held_bytes > nan'], [good, '--fail-if', `${'('.repeat(100_000)}`], [good, '--fail-if'], [good, '--top', '0'], [good, good], [good, '--at', 'nan'], [`${good},`], [','], ['']],
};
const wrong = [
  ...timed.flatMap((command) => kInstants.map((at) => [...command, `--at=${at}`])),
  ...Object.entries(kOptions).flatMap(([name, all]) => all.map((options) => [name, good, ...options])),
  ...Object.keys(kOptions).map((name) => [name]),
  ...Object.keys(kOptions).map((name) => [name, '--unknown']),
  [],
  ['frobnicate'],
  ['--frobnicate'],
  ['report', ''],
];
await inParallel(
  wrong.map((command) => async () => {
    const what = JSON.stringify(inWords(command)).slice(0, 120);
    const ran = await limited(command);
    checkRefused(ran, what, [kAdvice]);
    report.check(ran.stderr.length < 2000, `${what}: a line of ${ran.stderr.length} characters`);
    const at = command.find((word) => word.startsWith('--at='));
    if (at && at !== '--at=') report.check(ran.stderr.includes(good), `${what}: does not name the file: ${ran.stderr}`);
  }),
);
report.equal(fs.readFileSync(good).compare(bytes), 0, 'the recording after all this');
report.figure('commands that were wrong', wrong.length);

// ---- two programs

const stranger = inWork('stranger.slab');
await record(args, stranger, [path.join(here, '..', '..', 'examples', 'pool-basics.js')]);
for (const [before, after] of [[good, stranger], [stranger, good]]) {
  checkRefused(await limited(['diff', before, after]), `diff of two programs: ${inWords([before, after])}`, [before, after, kAdvice]);
}
report.finish();
