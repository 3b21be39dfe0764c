// SPDX-License-Identifier: Apache-2.0
// A program that makes tens of thousands of allocations of every kind writes down what Node itself says about each;
// the recording must say the same: every slice and every store once, in order, with its size, place, kind, parent and
// the line of the program that asked for it. With --variant=stress the collector of V8 moves everything every 200
// allocations; --without names what the shim does in the slower way; with --variant=plain there is no recording and the rules
// of the test itself are proved.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Report } from './lib/report.mjs';
import { info, record, run } from './lib/slabscope.mjs';
import { kindsOf } from './lib/oracle-kinds.mjs';
import { waysOf } from './lib/oracle-ways.mjs';
import { writeSites } from './lib/oracle-sites.mjs';
import { expectedEvents, proveRules } from './lib/oracle-expect.mjs';
import { readPhases } from './lib/oracle-recording.mjs';
import { comparePhase } from './lib/oracle-compare.mjs';

const args = parseArgs('oracle');
const report = new Report();
const programs = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'oracle');
const folder = path.join(args.work, 'program');
fs.cpSync(programs, folder, { recursive: true });
const ways = await waysOf(args.node);
const kinds = kindsOf(ways);
const sites = writeSites(folder, kinds);

const plain = args.variant === 'plain';
const stress = args.variant === 'stress';
// Ways that are done without, as in SLABSCOPE_WITHOUT.
const without = args.without?.split(',') ?? [];
const options = {
  logs: args.work,
  seed: Number(args.seed ?? 20250101),
  gc: stress ? 200 : 700,
  watch: plain,
  commonjs: 32_000,
  module: 14_000,
  worker: 14_000,
};
// Functions are optimised (and inlined) after hundreds of calls instead of thousands.
const eager = args.line <= 20 ? '--interrupt-budget=12000' : '--invocation-count-for-turbofan=800';
const nodeArgs = ['--expose-gc', eager, ...(stress ? ['--stress-compaction'] : []), path.join(folder, 'main.cjs')];
const env = {
  ...process.env,
  ORACLE_OPTIONS: JSON.stringify(options),
  ORACLE_RULES: JSON.stringify(Object.fromEntries(kinds.map((kind) => [kind.name, kind.rule]))),
  ORACLE_OPTIMISED: '1',
  SLABSCOPE_WITHOUT: without.join(','),
};
const file = path.join(args.work, 'oracle.slab');
const started = Date.now();
const outcome = plain ? await run(args.node, nodeArgs, { env }) : await record(args, file, nodeArgs, { env });
report.check(outcome.status === 0, `the program ended with ${outcome.status ?? outcome.signal}: ${outcome.stderr.slice(-2000)}`);
report.figure('the program ran for', `${Date.now() - started} ms`);
report.figure('call sites', sites.length);

const fastWays = ['fast-stacks', 'fast-views', 'fast-calls', 'fast-native-stacks'];
const phases = ['commonjs', 'module', 'worker'];
const logs = phases.map((phase) => JSON.parse(fs.readFileSync(path.join(args.work, `${phase}.json`), 'utf8')));
report.figure('allocations', logs.reduce((sum, log) => sum + log.rows, 0));
const optimised = logs.reduce((sum, log) => sum + log.optimised, 0);
report.figure('functions running optimised code at the end', optimised);
if (!stress) report.check(optimised >= 20, `only ${optimised} functions were optimised: the test would say little about optimised code`);

if (plain) {
  for (const log of logs) proveRules(log, sites, kinds, ways, report);
} else {
  const { answer } = await info(args, file);
  // Whether a counter tells the time is up to the machine.
  if (without.includes('fast-clock')) report.check(!answer.capabilities.includes('fast-clock'), 'the clock was fast where it was not wanted');
  for (const way of fastWays) report.equal(answer.capabilities.includes(way), !without.includes(way), `${way} was found out, and held`);
  const recorded = await readPhases(args, file, folder, phases, report);
  for (const log of logs) {
    comparePhase({ log, expected: expectedEvents(log, sites, kinds, ways), recorded: recorded.get(log.phase), report });
  }
  fs.rmSync(file);
}
report.finish();
