// SPDX-License-Identifier: Apache-2.0
// node is killed in the middle of an allocation loop: everything it had reported as done is in the recording.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record } from './lib/slabscope.mjs';

const kKills = 5;

const args = parseArgs('kill');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'kill.cjs');
const countedLine = fs.readFileSync(program, 'utf8').split('\n').findIndex((line) => line.endsWith('// counted')) + 1;

const readCounter = (file) => {
  const match = /^(\d{12}) (\d+)$/.exec(fs.readFileSync(file, 'utf8'));
  return match ? { count: Number(match[1]), pid: Number(match[2]) } : null;
};

async function killOnce(round) {
  const counter = path.join(args.work, `counter-${round}`);
  const file = path.join(args.work, `kill-${round}.slab`);
  fs.writeFileSync(counter, '');
  const wait = 20 + Math.floor(Math.random() * 1500);
  const killer = async () => {
    while (!(readCounter(counter)?.count > 0)) await sleep(2);
    await sleep(wait);
    process.kill(readCounter(counter).pid, 'SIGKILL');
  };
  await record(args, file, [program, counter], { expectStatus: 128 + 9, onStart: () => killer(), timeout: 120_000 });

  const reported = readCounter(counter).count;
  const definitions = new Definitions();
  let recorded = 0;
  let inOrder = 0;
  let lost = 0;
  let complete = null;
  await exportJsonl(args, file, (event) => {
    if (definitions.take(event)) return;
    if (event.type === 'recording') {
      complete = event.complete;
      lost += event.lost_events;
    }
    if (event.type !== 'slice') return;
    if (definitions.programFrame(event.stack, program)?.line !== countedLine) return;
    recorded += 1;
    if (event.length === 1 + (recorded % 97)) inOrder += 1;
  });
  report.figure(`kill ${round + 1}, after ${wait} ms`, `${reported} reported, ${recorded} recorded`);
  report.check(recorded >= reported, `${reported - recorded} of ${reported} reported allocations are missing`);
  report.check(recorded <= reported + 1, `${recorded} recorded, but the program had made ${reported + 1} at most`);
  report.equal(inOrder, recorded, 'allocations with the length and at the place of the program');
  report.equal(lost, 0, 'lost events');

  const { answer, status } = await info(args, file, { verify: true });
  report.equal(status, 0, `status of info --verify (${JSON.stringify(answer.integrity ?? answer)})`);
  checkEnd(answer, complete);
  fs.rmSync(file);
}

function checkEnd(answer, complete) {
  const end = answer.end ?? {};
  report.equal(answer.lost_events, 0, 'info: lost_events');
  report.equal(end.kind, 'signal', 'info: how the process ended');
  report.equal(end.status, 9, 'info: the signal that ended the process');
  report.check(complete !== null, 'the export has no recording line');
}

for (let round = 0; round < kKills; round++) await killOnce(round);
report.finish();
