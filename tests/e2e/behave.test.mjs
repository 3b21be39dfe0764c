// SPDX-License-Identifier: Apache-2.0
// Programs behave under `record` as they do without: output, status, signals, descriptors; programs that are not node
// run unharmed; the shim works without the command too.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { checkSignals } from './lib/behave-signals.mjs';
import { otherLines, ownLines } from './lib/own-lines.mjs';
import { Report } from './lib/report.mjs';
import { becomesFinished, exportJsonl, info, run } from './lib/slabscope.mjs';


const kSignals = os.constants.signals;

const args = parseArgs('behave');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'behave.cjs');
const env = { ...process.env, SOME_VARIABLE: 'kept', PATH: `${path.dirname(args.node)}:${process.env.PATH}` };
const options = { env, input: 'some input\n', cwd: args.work, timeout: 60_000 };

// Addresses and process ids differ from run to run.
const steady = (text) => text.replace(/0x[0-9a-f]+/g, '0x').replace(/\(node:\d+\)/g, '(node)');

async function same(name, command) {
  const plain = await run(command[0], command.slice(1), options);
  const file = path.join(args.work, `${name.replace(/\W/g, '-')}.slab`);
  const recorded = await run(args.slabscope, ['record', '-o', file, '--', ...command], options);
  const status = plain.signal ? 128 + kSignals[plain.signal] : plain.status;
  report.equal(recorded.status, status, `${name}: status (stderr: ${recorded.stderr.slice(-500)})`);
  report.equal(recorded.stdout, plain.stdout, `${name}: stdout`);
  // A crash report of Node is made of addresses and of what else is in the process.
  if (!['SIGABRT', 'SIGSEGV'].includes(plain.signal)) {
    report.equal(steady(otherLines(recorded.stderr)), steady(plain.stderr), `${name}: stderr`);
  }
  return { file, recorded };
}

const cases = (await run(args.node, [program, 'list'])).stdout.trim().split('\n');
const interactive = ['signals', 'no-handler'];
for (const name of cases.filter((each) => !interactive.includes(each))) {
  const { file, recorded } = await same(name, [args.node, program, name]);
  if (!report.check(fs.existsSync(file), `${name}: no recording was made: ${recorded.stderr}`)) continue;
  const { answer, stderr } = await info(args, file);
  report.check(answer.pid > 0 && answer.lost_events === 0 && stderr === '', `${name}: info says ${JSON.stringify(answer)} ${stderr}`);
}
report.figure('programs that behave the same', cases.length - interactive.length);

await same('sh', ['sh', '-c', 'echo from sh; echo to stderr >&2; exit 3']);
await same('sh killed', ['sh', '-c', 'kill -TERM $$']);
await same('git', ['git', '--version']);
const listing = await same('ls', ['ls', '/']);
report.check(
  ownLines(listing.recorded.stderr).some((line) => line.includes('no node process was recorded')),
  `ls: stderr does not say that no node process was recorded: ${listing.recorded.stderr}`,
);
report.check(!fs.existsSync(listing.file), 'ls: a recording was made');
// npm itself does not run on the oldest line.
if (args.line >= 20) await same('npm', ['npm', '--version']);
// More than once: the end of the command, of its last child and of the recording come close together here.
for (let round = 1; round < 8; round++) await same(`shell ${round}`, ['sh', '-c', 'node -e 1; node -e "process.exit(5)"']);
const inShell = await same('node in sh', ['sh', '-c', 'node -p "1 + 1"; node -e "process.exit(5)"']);
const made = fs.readdirSync(args.work).filter((name) => name.startsWith('node-in-sh') && name.endsWith('.slab'));
report.equal(made.length, 2, `recordings of two node processes of one shell (${made}; ${inShell.recorded.stderr})`);

const missing = await run(args.slabscope, ['record', '--', './no-such-program'], options);
report.equal(missing.status, 127, 'status when the program does not exist');
report.check(ownLines(missing.stderr).length === 1 && missing.stderr.includes('no-such-program'), `a missing program: ${missing.stderr}`);

await checkSignals(args, program, report);

// The shim alone: it starts the collector, which must not hold the shell's pipe.
const alone = path.join(args.work, 'alone');
fs.mkdirSync(alone);
const preloaded = { ...options, cwd: alone, env: { ...env, LD_PRELOAD: args.shim } };
const plain = await run(args.node, [program, 'output'], options);
const shimmed = await run(args.node, [program, 'output'], preloaded);
report.equal(shimmed.status, 0, 'status with the shim alone');
report.equal(shimmed.stdout, plain.stdout, 'stdout with the shim alone');
report.equal(otherLines(shimmed.stderr), plain.stderr, 'stderr with the shim alone');
const substituted = await run('sh', ['-c', `x=$(LD_PRELOAD='${args.shim}' node -p 41+1); echo "got $x"`], { ...options, cwd: alone, timeout: 20_000 });
report.equal(substituted.stdout, 'got 42\n', 'stdout of a command substitution');

const recordings = fs.readdirSync(alone).filter((name) => /^slabscope\..*\.\d+\.slab$/.test(name));
report.equal(recordings.length, 2, `recordings in the working directory (${fs.readdirSync(alone)})`);
for (const name of recordings) {
  if (!report.check(await becomesFinished(args, path.join(alone, name)), `${name} is never finished`)) continue;
  let stores = 0;
  await exportJsonl(args, path.join(alone, name), (event) => (stores += event.type === 'store_alloc' ? 1 : 0));
  report.check(stores > 0, `${name} has no stores`);
}
report.finish();
