// SPDX-License-Identifier: Apache-2.0
// Every way to run node of lib/modes-table.mjs: the program's output and status are those of a plain run, and what is
// recorded, what is missing and what slabscope says of it are as the table tells. --variant=debian tests Debian's own node
// alone; with --variant=document the table of docs/compatibility.md is compared with that list, and the number of ways that others tell.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { kAll, kModes, kNoStores, kNothing } from './lib/modes-table.mjs';
import { otherLines, ownLines } from './lib/own-lines.mjs';
import { Report } from './lib/report.mjs';
import { info, run } from './lib/slabscope.mjs';

const args = parseArgs('modes');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const programs = path.join(args.work, 'programs');
fs.cpSync(path.join(here, 'programs', 'modes'), programs, { recursive: true });

// Process ids, ports, times and identifiers differ from run to run.
const steady = (text) =>
  text
    .replace(/\(node:\d+\)/g, '(node)')
    .replace(/ws:\S+/g, 'ws:')
    .replace(/(duration_ms:?) [\d.]+/g, '$1')
    .replace(/\([\d.]+ms\)/g, '(ms)')
    .replace(/[\d.]+ ms/g, 'ms');
const ours = (text) => ownLines(text).join('\n');

async function checkRecordings(mode, file, stderr) {
  const { name, recorded = kAll, recordings = 1, missing = [], says, slices = 2000, each: every, storesFrom } = mode;
  const files = fs.readdirSync(path.dirname(file)).map((each) => path.join(path.dirname(file), each));
  report.equal(files.length, recorded === kNothing ? 0 : recordings, `${name}: recordings (${ours(stderr)})`);
  if (says) report.check(says.test(ours(stderr)), `${name}: slabscope said nothing of it: ${stderr}`);
  for (const each of files) {
    const { answer, status } = await info(args, each, { verify: true });
    report.equal(status, 0, `${name}: status of info --verify`);
    report.check(answer.complete, `${name}: the recording is incomplete`);
    report.check(stderr.includes(each), `${name}: record did not list ${each}`);
    const gone = answer.missing.map((capability) => capability.name);
    for (const capability of missing) report.check(gone.includes(capability), `${name}: ${capability} is not named as missing: ${gone}`);
    const stores = recorded !== kNoStores && !(storesFrom > args.line);
    report.check(!stores || answer.counts.store_alloc > 0, `${name}: no store in a recording`);
    report.check(answer.counts.store_alloc > 0 || gone.includes('stores'), `${name}: nothing says why there are no stores`);
    const told = !gone.includes('slices') && !gone.includes('stacks') && !gone.includes('liveness');
    if (recorded === kAll) report.check(told, `${name}: slices, callers or liveness are missing: ${gone}`);
    if (says) report.check(!told, `${name}: what stderr says is missing is not named in the recording`);
  }
  // Programs that run others (npm) may cut few slices themselves.
  if (recorded !== kAll || files.length === 0) return;
  const seen = await Promise.all(files.map(async (each) => (await info(args, each)).answer.counts.slice));
  report.check((every ? Math.min(...seen) : Math.max(...seen)) >= slices, `${name}: ${seen} slices, where ${slices} were cut`);
}

async function check(mode, folder) {
  const context = { args, node: args.node, line: args.line, work: folder, program: (name) => path.join(programs, name), packages: path.join(here, 'modes') };
  const [command, ...rest] = await mode.command(context);
  const env = { ...process.env, PATH: `${path.dirname(args.node)}:${process.env.PATH}`, npm_config_update_notifier: 'false', ...mode.env };
  const options = { env, cwd: mode.cwd?.(context) ?? args.work, timeout: 120_000 };
  const plain = await run(command, rest, options);
  const file = path.join(folder, 'recordings', 'run.slab');
  fs.mkdirSync(path.dirname(file));
  const recorded = await run(args.slabscope, ['record', '-o', file, '--', command, ...rest], options);
  report.equal(recorded.status, plain.status, `${mode.name}: status (${recorded.stderr.slice(-500)})`);
  report.equal(steady(recorded.stdout), steady(plain.stdout), `${mode.name}: stdout`);
  if (mode.stderr !== false) report.equal(steady(otherLines(recorded.stderr)), steady(plain.stderr), `${mode.name}: stderr`);
  await checkRecordings(mode, file, recorded.stderr);
}

/** The names and verdicts of the document, from its table. */
function compareDocument() {
  const text = fs.readFileSync(path.join(here, '..', '..', 'docs', 'compatibility.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (.+?) \| (everything|stores only|no stores|nothing)\b/gm)].map(([, name, recorded]) => `${name.replaceAll('`', '')}: ${recorded}`);
  const table = kModes.map(({ name, recorded = kAll }) => `${name}: ${recorded}`);
  report.equal(rows.join('\n'), table.join('\n'), 'the table of docs/compatibility.md');
  const everyLine = kModes.filter(({ only }) => !only).length;
  for (const name of ['README.md', 'docs/faq.md']) {
    const [, told] = /(\d+) ways to run node/.exec(fs.readFileSync(path.join(here, '..', '..', name), 'utf8')) ?? [];
    report.equal(Number(told), everyLine, `the ways to run node that ${name} counts`);
  }
}

if (args.variant === 'document') {
  compareDocument();
  report.finish();
}
let tested = 0;
for (const [index, mode] of kModes.entries()) {
  // Debian's node is what it is, whichever line is under test.
  if ((mode.only === 'debian') !== (args.variant === 'debian')) continue;
  const folder = path.join(args.work, `${index}`);
  fs.mkdirSync(folder);
  try {
    await check(mode, folder);
  } catch (error) {
    report.fail(`${mode.name}: ${error.stack}`);
  }
  fs.rmSync(folder, { recursive: true, force: true });
  tested += 1;
}
report.figure('ways to run node', tested);
report.finish();
