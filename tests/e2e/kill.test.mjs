// SPDX-License-Identifier: Apache-2.0
// node is killed in the middle of an allocation loop: everything it had reported as done is in the recording. And the
// whole process group is, collector included: at most the last second is missing.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { lineOf } from './lib/lines.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record, run } from './lib/slabscope.mjs';

// A storm on each of four lines of Node makes more than fifty.
const kKills = { quick: 5, storm: 13 };
const kGroupKills = { quick: 1, storm: 5 };
// What the collector may hold back before it writes (milliseconds), and what a busy machine adds to it.
const kUnwritten = 1000;
const kSlack = 500;

const args = parseArgs('kill');
const variant = args.variant ?? 'quick';
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'kill.cjs');
const countedLine = lineOf(program, '// counted');

const readCounter = (file) => {
  const match = /^(\d{12}) (\d+)$/.exec(fs.readFileSync(file, 'utf8'));
  return match ? { count: Number(match[1]), pid: Number(match[2]) } : null;
};

/** The allocations at the counted line: how many, how many of these with the right length, and what the file says of itself. */
async function allocationsIn(file) {
  const definitions = new Definitions();
  const found = { recorded: 0, inOrder: 0, lost: 0, complete: null };
  await exportJsonl(args, file, (event) => {
    if (definitions.take(event)) return;
    if (event.type === 'recording') {
      found.complete = event.complete;
      found.lost += event.lost_events;
    }
    if (event.type !== 'slice') return;
    if (definitions.programFrame(event.stack, program)?.line !== countedLine) return;
    found.recorded += 1;
    if (event.length === 1 + (found.recorded % 97)) found.inOrder += 1;
  });
  report.check(found.complete !== null, 'the export has no recording line');
  report.equal(found.inOrder, found.recorded, 'allocations with the length and at the place of the program');
  report.equal(found.lost, 0, 'lost events');
  return found;
}

/** What info says; `status` is 1 for a file that its collector did not finish, and else 0. */
async function verified(file, expectStatus) {
  const { answer, status } = await info(args, file, { verify: true });
  report.equal(status, expectStatus, 'status of info --verify');
  report.equal(answer.problem_count, 0, `problems in ${file} (${answer.problems})`);
  report.equal(answer.damage, '', 'info: damage');
  report.equal(answer.lost_events, 0, 'info: lost_events');
  return answer;
}

async function counting(counter) {
  while (!(readCounter(counter)?.count > 0)) await sleep(2);
}

async function killNode(round) {
  const counter = path.join(args.work, `counter-${round}`);
  const file = path.join(args.work, `kill-${round}.slab`);
  fs.writeFileSync(counter, '');
  const wait = 20 + Math.floor(Math.random() * 1500);
  const killer = async () => {
    await counting(counter);
    await sleep(wait);
    process.kill(readCounter(counter).pid, 'SIGKILL');
  };
  await record(args, file, [program, counter], { expectStatus: 128 + 9, onStart: () => killer(), timeout: 120_000 });

  const reported = readCounter(counter).count;
  const { recorded } = await allocationsIn(file);
  report.figure(`kill ${round + 1}, after ${wait} ms`, `${reported} reported, ${recorded} recorded`);
  report.check(recorded >= reported, `${reported - recorded} of ${reported} reported allocations are missing`);
  report.check(recorded <= reported + 1, `${recorded} recorded, but the program had made ${reported + 1} at most`);
  const end = (await verified(file, 0)).end ?? {};
  report.equal(end.kind, 'signal', 'info: how the process ended');
  report.equal(end.status, 9, 'info: the signal that ended the process');
  fs.rmSync(file);
}

async function killGroup(round) {
  const counter = path.join(args.work, `group-counter-${round}`);
  const file = path.join(args.work, `group-${round}.slab`);
  fs.writeFileSync(counter, '');
  const wait = 2000 + Math.floor(Math.random() * 2000);
  let written = 0;
  const killer = async (collector) => {
    await counting(counter);
    const begin = performance.now();
    while (performance.now() - begin < wait) {
      if (performance.now() - begin < wait - kUnwritten - kSlack) written = readCounter(counter)?.count ?? written;
      await sleep(10);
    }
    process.kill(-collector.pid, 'SIGKILL');
  };
  const command = ['record', '-o', file, '--', args.node, program, counter];
  const { signal } = await run(args.slabscope, command, { detached: true, onStart: (child) => killer(child), timeout: 120_000 });
  report.equal(signal, 'SIGKILL', 'what ended slabscope itself');

  const reported = readCounter(counter).count;
  const { recorded, complete } = await allocationsIn(file);
  report.figure(`group ${round + 1}, after ${wait} ms`, `${reported} reported, ${recorded} recorded, ${written} due`);
  report.check(recorded >= written, `${recorded} recorded; ${written} had been made more than a second before the end`);
  report.check(recorded <= reported + 1, `${recorded} recorded, but the program had made ${reported + 1} at most`);
  report.equal(complete, false, 'whether a recording without an end says that it is complete');
  report.equal((await verified(file, 1)).finished, false, 'info: whether such a recording is finished');
  fs.rmSync(file);
}

for (let round = 0; round < kKills[variant]; round++) await killNode(round);
for (let round = 0; round < kGroupKills[variant]; round++) await killGroup(round);
report.finish();
