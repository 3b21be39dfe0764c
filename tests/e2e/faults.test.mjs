// SPDX-License-Identifier: Apache-2.0
// What goes wrong around a program that is recorded must not go wrong in it, and the recording must tell what it is
// missing. --variant=quick has a little of everything; full has it in the numbers that the documentation names.
import path from 'node:path';
import { parseArgs } from './lib/args.mjs';
import { checkFullDisk, checkKilled, checkLimited, checkStopped } from './lib/faults-collector.mjs';
import { checkEnds } from './lib/faults-ends.mjs';
import { checkChildren, checkStrangers, checkThreads, checkWorkers } from './lib/faults-storms.mjs';
import { Report } from './lib/report.mjs';

const args = parseArgs('faults');
args.addon = path.join(args.build, 'tests', 'e2e', 'native', 'threads.node');
const report = new Report();

const variants = {
  quick: [
    () => checkEnds(args, report),
    () => checkStopped(args, report, { name: 'stopped', stopped: 2500 }),
    () => checkLimited(args, report),
    () => checkChildren(args, report, 10),
    () => checkStrangers(args, report),
    () => checkWorkers(args, report, 20),
  ],
  full: [
    () => checkStopped(args, report, { name: 'stopped for 10 s', stopped: 10_000 }),
    () => checkKilled(args, report),
    () => checkFullDisk(args, report),
    () => checkThreads(args, report),
    () => checkChildren(args, report, 60),
  ],
  workers: [() => checkWorkers(args, report, 1000)],
};
for (const check of variants[args.variant]) await check();
report.finish();
