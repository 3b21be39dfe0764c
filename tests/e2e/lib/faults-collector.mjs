// SPDX-License-Identifier: Apache-2.0
// The collector is stopped, killed, or cannot write any more, while the program works as hard as it can.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { checkCounts, readLoad } from './load-recording.mjs';
import { ownLines } from './own-lines.mjs';
import { info, run } from './slabscope.mjs';

const program = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'programs', 'load.cjs');
// The threads of a program wait for a second in all; the last of these waits may be a long one on a busy machine.
const kBound = 1_000_000_000;
const kOvershoot = 500_000_000;
// Nobody waits longer than that for anything in these tests: it is against hanging.
const kPatience = 120_000;

/** Records the load, and does something to the collector once the program is at it. Its last line is what it made. */
async function underLoad(args, file, milliseconds, disturb, command = (record) => record) {
  const record = [args.slabscope, 'record', '-o', file, '--', args.node, '--expose-gc', program, String(milliseconds)];
  const [name, ...rest] = command(record);
  const onStart = (child) => {
    child.stdout.once('data', () => disturb(child.pid));
  };
  const result = await run(name, rest, { onStart, timeout: kPatience, cwd: args.work });
  const line = result.stdout.trim().split('\n').at(-1);
  return { ...result, made: line.startsWith('{') ? JSON.parse(line) : null };
}

/** Stopped for a while: what no longer fits is lost and counted, to the last slice, and then it goes on. */
export async function checkStopped(args, report, { stopped, name }) {
  const file = path.join(args.work, 'stopped.slab');
  const times = {};
  const result = await underLoad(args, file, stopped + 3000, async (pid) => {
    await sleep(500);
    times.stop = Date.now();
    process.kill(pid, 'SIGSTOP');
    await sleep(stopped);
    times.continue = Date.now();
    process.kill(pid, 'SIGCONT');
  });
  report.equal(result.status, 0, `${name}: status (${result.stderr})`);
  const { answer } = await info(args, file, { verify: true });
  report.equal(answer.problem_count, 0, `${name}: problems (${answer.problems})`);
  const seen = await readLoad(args, file, report);
  checkCounts(args, name, result.made, seen, answer, report);
  report.check(answer.lost_events > 0, `${name}: nothing was lost`);
  report.figure(`${name}: waited, and the slowest turn`, `${answer.blocked_ns / 1e6} ms, ${result.made.slowest} ms`);
  report.check(answer.blocked_ns >= kBound && answer.blocked_ns < kBound + kOvershoot, `${name}: threads waited ${answer.blocked_ns} ns`);

  const sinceStart = (time) => time * 1e6 - answer.start_unix_ns;
  const [first] = seen.losses;
  report.check(first.t >= sinceStart(times.stop), `${name}: events were lost at ${first.t} ns, before the collector was stopped`);
  report.check(first.until >= sinceStart(times.continue) - 1e9, `${name}: the range ends at ${first.until} ns already`);
  report.check(seen.latest > sinceStart(times.continue), `${name}: nothing was recorded after the collector went on`);
  report.check(seen.marks.has('end') && seen.marks.has('gone'), `${name}: a mark was lost`);
  report.check(ownLines(result.stderr).some((line) => line.includes(`${answer.lost_events} lost`)), `${name}: record does not tell the loss: ${result.stderr}`);
  const said = await run(args.slabscope, ['report', file, '--json']);
  report.equal(JSON.parse(said.stdout).lost_events, answer.lost_events, `${name}: lost events in the report`);
  const table = await run(args.slabscope, ['report', file]);
  report.check(table.stdout.includes('lost event'), `${name}: the report does not tell the loss`);
  fs.rmSync(file);
}

/** Killed: the program ends as it would have, and the file opens up to the last batch. */
export async function checkKilled(args, report) {
  const file = path.join(args.work, 'killed.slab');
  const result = await underLoad(args, file, 4500, async (pid) => {
    await sleep(1500);
    process.kill(pid, 'SIGKILL');
  });
  report.equal(result.signal, 'SIGKILL', 'killed: what ended slabscope');
  if (!report.check(result.made !== null, `killed: the program did not come to its end: ${result.stdout} ${result.stderr}`)) return;
  report.equal(result.stderr, '', 'killed: stderr');
  const { answer, status } = await info(args, file, { verify: true });
  report.equal(status, 1, 'killed: status of info --verify');
  report.equal(answer.finished, false, 'killed: whether the recording is finished');
  report.equal(answer.damage, '', 'killed: damage');
  report.equal(answer.problem_count, 0, `killed: problems (${answer.problems})`);
  const seen = await readLoad(args, file, report);
  report.figure('killed: slices made, recorded', `${result.made.slices}, ${seen.slices}`);
  report.check(seen.slices > 0 && seen.slices < result.made.slices, 'killed: no part of the slices is there');
  fs.rmSync(file);
}

async function checkCutShort(args, report, name, file, result, reason) {
  report.equal(result.status, 0, `${name}: status (${result.stderr})`);
  report.check(result.made !== null, `${name}: the program did not come to its end: ${result.stdout}`);
  const told = ownLines(result.stderr).filter((line) => line.includes(reason));
  report.equal(told.length, 1, `${name}: lines on stderr that say why (${result.stderr})`);
  const { answer, stderr } = await info(args, file, { verify: true });
  report.equal(stderr, '', `${name}: stderr of info`);
  report.equal(answer.damage, '', `${name}: damage`);
  report.equal(answer.stopped_by, reason, `${name}: why the file ends, by info`);
  report.equal(answer.complete, false, `${name}: whether info calls it complete`);
  report.check(answer.counts.slice > 1000, `${name}: ${answer.counts.slice} slices are readable`);
  const said = await run(args.slabscope, ['report', file]);
  report.check(said.stdout.includes(reason), `${name}: the report does not tell: ${said.stdout.slice(0, 500)}`);
}

/** The disk, or what may be written to it, is full. */
export async function checkFullDisk(args, report) {
  const limited = path.join(args.work, 'limited.slab');
  const result = await underLoad(args, limited, 6000, (pid) => run('prlimit', ['--fsize=200000', '--pid', String(pid)]));
  await checkCutShort(args, report, 'file-size limit', limited, result, 'File too large');

  const namespace = ['unshare', '-rm'];
  if ((await run(namespace[0], [...namespace.slice(1), 'true'])).status !== 0) {
    report.figure('full disk', 'not tried: this machine does not let a user mount anything');
    return;
  }
  // The mount ends with the namespace; the file is read before.
  const disk = path.join(args.work, 'disk');
  const copy = path.join(args.work, 'full.slab');
  fs.mkdirSync(disk);
  const script = `mount -t tmpfs -o size=256k none '${disk}' || exit 90; "$@"; status=$?; cp '${disk}/full.slab' '${copy}'; exit $status`;
  const full = await underLoad(args, path.join(disk, 'full.slab'), 6000, () => {}, (record) => [...namespace, 'sh', '-c', script, 'sh', ...record]);
  await checkCutShort(args, report, 'full disk', copy, full, 'No space left on device');
}

/** A file-size limit on everything: the memory that both share counts as a file too. */
export async function checkLimited(args, report) {
  const file = path.join(args.work, 'refused.slab');
  const limit = (record) => ['sh', '-c', 'ulimit -f 2000; exec "$@"', 'sh', ...record];
  const result = await underLoad(args, file, 300, () => {}, limit);
  report.equal(result.status, 0, `limited: status (${result.stderr})`);
  report.check(result.made?.slices > 0, `limited: ${result.stdout}`);
  report.check(ownLines(result.stderr).some((line) => line.includes('ulimit -f')), `limited: stderr does not say what to do: ${result.stderr}`);
  report.check(!fs.existsSync(file), 'limited: a recording was made');
}
