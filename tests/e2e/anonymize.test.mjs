// SPDX-License-Identifier: Apache-2.0
// slabscope anonymize takes names out and nothing else: none of the program's words is left anywhere in the file, and every figure, line and
// column of every report is what it was, also of a recording that was cut off or has a limit.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record, run, unpacked } from './lib/slabscope.mjs';

const args = parseArgs('anonymize');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const programs = path.join(here, 'programs', 'anonymize');
const kMark = 'quarterly-closing';
const kSecret = 'token-of-the-ledger';
const kViews = [
  ['report'], ['report', '--at', `${kMark}#2`], ['report', '--by', 'line'], ['report', '--by', 'function'], ['report', '--by', 'package'],
  ['report', '--tree', 'bottom-up'], ['slabs', '--top', '1000'], ['explain'],
];

/** The program below folders that tell of its owner. */
function makeApp() {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'alices-home-'));
  const app = path.join(home, 'bookkeeping');
  const library = path.join(app, 'node_modules', '@acme-inc', 'hoarding', 'lib');
  fs.mkdirSync(library, { recursive: true });
  fs.copyFileSync(path.join(programs, 'main.cjs'), path.join(app, 'ledgers.cjs'));
  fs.copyFileSync(path.join(programs, 'keeper.cjs'), path.join(library, 'keeper.cjs'));
  return { home, app };
}

async function anonymize(file, output, ...more) {
  const ran = await run(args.slabscope, ['anonymize', file, '-o', output, ...more]);
  report.equal(ran.status, 0, `status of anonymize ${file}: ${ran.stderr}`);
  report.equal((fs.statSync(output).mode & 0o777).toString(8), '600', `mode of ${output}`);
  return ran.stderr;
}

async function framesOf(file) {
  const frames = [];
  await exportJsonl(args, file, (event) => event.type === 'frame' && frames.push(event));
  return new Map(frames.map((frame) => [frame.id, frame]));
}

/** What the names are of, without the names. Rows that are equal but for their names may change places. */
function figuresOf(value, key = '') {
  if (Array.isArray(value)) return value.map((one) => figuresOf(one, key)).map((one) => JSON.stringify(one)).sort();
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, figuresOf(one, name)]));
  return typeof value === 'string' && key !== 'kind' ? typeof value : value;
}

async function checkFigures(before, after, mark, views = kViews) {
  for (const view of views) {
    const [command, ...options] = view;
    const ask = async (file, name) => {
      const ran = await run(args.slabscope, [command, file, '--json', ...options.map((option) => option.replace(kMark, name))]);
      report.equal(ran.status, 0, `status of ${view.join(' ')}: ${ran.stderr}`);
      const { argv, ...rest } = JSON.parse(ran.stdout);
      return JSON.stringify(figuresOf(rest));
    };
    report.equal(await ask(after, mark), await ask(before, kMark), `figures of ${view.join(' ')}`);
  }
  const [was, is] = [(await info(args, before, { verify: true })).answer, (await info(args, after, { verify: true })).answer];
  for (const key of ['counts', 'totals', 'events', 'batches', 'snapshots', 'frames', 'stacks', 'finished', 'damage', 'problem_count', 'dropped', 'end', 'live_at_end', 'node'])
    report.equal(JSON.stringify(is[key]), JSON.stringify(was[key]), `${key} of ${after}`);
  report.equal(is.anonymized, true, 'info: anonymized');
  report.equal(is.argv.length, 0, 'arguments that are left');
  return is;
}

/** The program's words: parts of paths, names of functions and marks, arguments. What Node calls so too is none. */
function wordsOf(frames, header) {
  const all = [...frames.values()];
  const isOfNode = (frame) => frame.kind === 'builtin' || frame.file.startsWith('node:') || frame.file === header.executable;
  const nodes = new Set(all.filter(isOfNode).map((frame) => frame.function));
  const others = all.filter((frame) => !isOfNode(frame));
  const parts = others.flatMap((frame) => frame.file.split(/[/ (),:]/)).filter((part) => part.length > 4 && part !== 'node_modules');
  const functions = others.map((frame) => frame.function).filter((name) => name.length > 4 && !nodes.has(name));
  return new Set([...parts, ...functions, header.executable, header.working_directory, kMark, kSecret, 'acme-inc', 'hoarding']);
}

async function whole({ app }) {
  const file = path.join(args.work, 'whole.slab');
  const output = path.join(args.work, 'whole-anonymous.slab');
  await record(args, file, ['--expose-gc', path.join(app, 'ledgers.cjs'), '20000', kSecret], { cwd: app, recordOptions: ['--native'] });
  report.equal(await anonymize(file, output), '', 'what anonymize says');
  const header = (await info(args, file)).answer;
  const [before, after] = [await framesOf(file), await framesOf(output)];
  const words = wordsOf(before, header);
  const [text, old] = [await unpacked(args, output), await unpacked(args, file)];
  for (const word of ['ledgers.cjs', 'bookTheLedger', 'hoardForOthers', 'keeper.cjs', 'madeByEval', kMark, kSecret]) {
    report.check(old.includes(word), `${word} is not in the recording in the first place`);
    report.check(!text.includes(word), `${word} is left`);
  }
  for (const word of words) report.check(!text.includes(word), `${word} is left`, 'words that are left');
  report.check(words.size > 10, `only ${words.size} words were looked for`);

  const names = new Map();
  for (const [id, frame] of before) {
    const now = after.get(id);
    report.equal(`${now?.line}:${now?.column}:${now?.kind}`, `${frame.line}:${frame.column}:${frame.kind}`, `place of frame ${id}`);
    if (frame.file.startsWith('node:')) report.equal(`${now?.function} ${now?.file}`, `${frame.function} ${frame.file}`, 'a frame of Node');
    report.equal(names.get(frame.file) ?? now?.file, now?.file, `pseudonym of ${frame.file}`);
    names.set(frame.file, now?.file);
  }
  report.equal(new Set(names.values()).size, names.size, 'pseudonyms of files');
  const answer = await checkFigures(file, output, 'mark1');
  report.check(names.get(path.join(app, 'ledgers.cjs'))?.startsWith(`${answer.working_directory}/`), 'the program is not beneath the working directory any more');
  report.figure('words looked for', words.size);

  const open = path.join(args.work, 'open.slab');
  await anonymize(file, open, '--keep-packages', '--keep-functions', '--keep-marks');
  const kept = await unpacked(args, open);
  for (const word of ['@acme-inc/hoarding/', 'bookTheLedger', kMark]) report.check(kept.includes(word), `${word} was not kept`);
  for (const word of ['ledgers', 'keeper', 'alices-home', kSecret]) report.check(!kept.includes(word), `${word} is left`);
}

/** One that is large enough for snapshots, by which an instant is reached. */
async function withSnapshots({ app }) {
  const file = path.join(args.work, 'large.slab');
  const output = path.join(args.work, 'large-anonymous.slab');
  await record(args, file, ['--expose-gc', path.join(app, 'ledgers.cjs'), '1400000'], { cwd: app });
  await anonymize(file, output);
  const answer = await checkFigures(file, output, 'mark1', [['report', '--at', `${kMark}#2`]]);
  report.check(answer.snapshots > 0, 'the recording has no snapshot to be copied');
}

async function unfinished() {
  const file = path.join(args.work, 'cut.slab');
  const output = path.join(args.work, 'cut-anonymous.slab');
  const bytes = fs.readFileSync(path.join(args.work, 'large.slab'));
  fs.writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  const said = await anonymize(file, output);
  report.check(said.includes('is incomplete') && said.endsWith('holds what was whole\n'), `what anonymize says of a cut file: ${said}`);
  const [was, is] = [(await info(args, file)).answer, (await info(args, output, { verify: true })).answer];
  report.equal(is.finished, false, 'a cut recording that became finished');
  report.equal(is.problem_count, 0, `problems: ${JSON.stringify(is.problems)}`);
  for (const key of ['events', 'batches', 'counts', 'live_at_end']) report.equal(JSON.stringify(is[key]), JSON.stringify(was[key]), `${key} of a cut recording`);
  report.check(was.events > 0, 'the cut recording has no events');
}

async function limited({ app }) {
  const file = path.join(args.work, 'limited.slab');
  const output = path.join(args.work, 'limited-anonymous.slab');
  await record(args, file, ['--expose-gc', path.join(app, 'ledgers.cjs'), '400000'], { cwd: app, recordOptions: ['--max-size=256K'] });
  await anonymize(file, output);
  const [was, is] = [(await info(args, file, { verify: true })).answer, (await info(args, output, { verify: true })).answer];
  report.check(was.dropped !== undefined, 'the recording did not reach its limit');
  for (const key of ['dropped', 'totals', 'events', 'counts', 'problem_count', 'finished']) report.equal(JSON.stringify(is[key]), JSON.stringify(was[key]), `${key} of a recording with a limit`);
  const text = await unpacked(args, output);
  for (const word of ['ledger', 'alices-home', kMark]) report.check(!text.includes(word), `${word} is left of a recording with a limit`);
}

async function refused(expected, ...more) {
  const ran = await run(args.slabscope, ['anonymize', ...more]);
  report.equal(ran.status, 2, `status of anonymize ${more.join(' ')}`);
  report.check(ran.stderr.includes(expected), `anonymize ${more.join(' ')}: ${ran.stderr}`);
}

const app = makeApp();
try {
  await whole(app);
  await withSnapshots(app);
  await unfinished();
  await limited(app);
} finally {
  fs.rmSync(app.home, { recursive: true, force: true });
}
const file = path.join(args.work, 'whole.slab');
await refused('is the recording itself', file, '-o', file);
await refused('--output is required', file);
await refused('No such file', path.join(args.work, 'none.slab'), '-o', path.join(args.work, 'out.slab'));
report.finish();
