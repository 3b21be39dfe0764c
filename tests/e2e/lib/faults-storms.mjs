// SPDX-License-Identifier: Apache-2.0
// Storms of threads, children and workers: nothing hangs, nothing comes out otherwise, and every count is right.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lossesOf } from './load-recording.mjs';
import { exportJsonl, info, run } from './slabscope.mjs';

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'programs', 'storms.cjs');
// The stores of the addon's threads.
const kFirstSize = 70_001;
const kSizes = 900;

async function storm(args, report, name, size) {
  const command = [args.node, program, name, args.addon, String(size)];
  const options = { cwd: args.work, timeout: 280_000 };
  const plain = await run(command[0], command.slice(1), options);
  const file = path.join(args.work, `${name}.slab`);
  const recorded = await run(args.slabscope, ['record', '-o', file, '--', ...command], options);
  report.equal(plain.status, 0, `${name}: status of the program alone (${plain.stderr})`);
  report.equal(recorded.status, 0, `${name}: status (${recorded.stderr})`);
  report.equal(recorded.stdout, plain.stdout, `${name}: stdout`);
  const { answer } = await info(args, file, { verify: true });
  report.equal(answer.problem_count, 0, `${name}: problems (${answer.problems})`);
  report.equal(answer.finished, true, `${name}: whether the recording is finished`);
  report.figure(name, `${recorded.stdout.trim().replaceAll('\n', ', ')}; ${answer.events} events, ${answer.lost_events} lost`);
  return { file, answer, stdout: plain.stdout };
}

/** `count` stores of the addon's threads were made: each is in the recording or counted, and none lives on there. */
async function checkStores(report, args, { file, answer }, name, count) {
  const live = new Set();
  let recorded = 0;
  await exportJsonl(args, file, (event) => {
    if (event.type === 'store_alloc' && event.size >= kFirstSize && event.size < kFirstSize + kSizes) {
      recorded += 1;
      live.add(event.store);
    } else if (event.type === 'store_free') {
      live.delete(event.store);
    }
  });
  const lost = lossesOf(answer);
  report.equal(recorded + lost.store_births, count, `${name}: stores recorded (${recorded}) and lost (${lost.store_births})`);
  report.equal(live.size, 0, `${name}: stores that live for ever in the recording`);
}

export async function checkThreads(args, report) {
  const kMore = 700;
  const result = await storm(args, report, 'threads', kMore);
  // Each thread holds one store beside those of its rounds.
  await checkStores(report, args, result, 'threads', 200 * 201 + kMore * 21 + 40 * 50 * 4);
}

export async function checkChildren(args, report, size) {
  const { stdout } = await storm(args, report, 'children', size);
  const expected = ['fork', 'raw fork', 'raw clone', 'vfork', 'posix_spawn'].map((way) => `${way} ${size} and static 5\n`).join('');
  report.equal(stdout, expected, 'children: how many ended as they should');
  // Neither a fork nor a program that is not node is recorded.
  report.equal(fs.readdirSync(args.work).filter((name) => name.startsWith('children')).length, 1, 'children: recordings');
}

/** Programs that the loader gives no shim to, or a shim without anything around it, run as they are. */
export async function checkStrangers(args, report) {
  const seven = path.join(path.dirname(args.addon), 'seven');
  const setuid = path.join(args.work, 'seven_setuid');
  fs.copyFileSync(seven, setuid);
  if (process.getuid() === 0) fs.chownSync(setuid, 65534, 65534);
  fs.chmodSync(setuid, 0o4755);
  for (const [name, command] of Object.entries({
    // Beneath a command that can be recorded: alone it is refused (privacy.test.mjs).
    setuid: ['sh', '-c', '"$0"; exit $?', setuid],
    'without an environment': ['env', '-i', seven],
    'node without an environment': ['env', '-i', args.node, '-e', 'process.exit(7)'],
    static: ['sh', '-c', `${seven}_static; exit $?`],
  })) {
    const file = path.join(args.work, 'strange.slab');
    const { status, stdout, stderr } = await run(args.slabscope, ['record', '-o', file, '--', ...command], { timeout: 60_000 });
    report.equal(status, 7, `${name}: status`);
    report.equal(stdout, '', `${name}: stdout`);
    report.equal(stderr, 'slabscope: no node process was recorded\n', `${name}: stderr`);
    report.check(!fs.existsSync(file), `${name}: a recording was made`);
  }
}

export async function checkWorkers(args, report, size) {
  const { file, answer, stdout } = await storm(args, report, 'workers', size);
  report.equal(stdout, `{"buffers":${400 * size},"ended":${size}}\n`, 'workers: what they made');
  report.equal(answer.counts.isolate_start, size + 1, 'workers: isolates');
  report.equal(answer.counts.isolate_end, size + 1, 'workers: ends of isolates');
  const seen = { slices: 0, stores: 0 };
  await exportJsonl(args, file, (event) => {
    if (event.type === 'slice' && event.length >= 331 && event.length <= 337) seen.slices += 1;
    if (event.type === 'store_alloc' && event.size >= 5001 && event.size <= 5099) seen.stores += 1;
  });
  const lost = lossesOf(answer);
  report.equal(seen.slices + lost.slice_births + (answer.unplaced_slices ?? 0), 200 * size, 'workers: slices recorded and lost');
  // What was lost may also have been a slab.
  report.check(seen.stores <= 200 * size && seen.stores + lost.store_births >= 200 * size, `workers: ${seen.stores} stores, ${lost.store_births} lost`);
}
