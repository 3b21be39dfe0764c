// SPDX-License-Identifier: Apache-2.0
// A recording of more than ten million events is written and read back; what it costs is printed.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record } from './lib/slabscope.mjs';

const kSlices = 5_500_000;

const args = parseArgs('big');
const report = new Report();
const program = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'big.cjs');
const file = path.join(args.work, 'big.slab');

/** Peak resident memory of a process so far, in KiB. */
function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

let peak = 0;
let sampler;
const outcome = await record(args, file, [program, String(kSlices)], {
  timeout: 900_000,
  onStart: (child) => {
    sampler = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 20);
  },
});
clearInterval(sampler);
const said = JSON.parse(outcome.stdout);

const definitions = new Definitions();
const counts = {};
let cut = 0;
let freed = 0;
let lost = 0;
let lastT = -1;
const live = new Set();
const readingSince = Date.now();
await exportJsonl(args, file, (event) => {
  if (definitions.take(event)) return;
  counts[event.type] = (counts[event.type] ?? 0) + 1;
  if (event.type === 'recording') {
    lost = event.lost_events;
    report.equal(event.complete, true, 'complete');
    return;
  }
  if (event.t < lastT) report.fail(`${event.type} at ${event.t} after ${lastT}`, 'order');
  lastT = event.t;
  if (event.type === 'slice') {
    if (definitions.programFrame(event.stack, program)) cut += 1;
    live.add(event.slice);
  } else if (event.type === 'slice_free') {
    freed += 1;
    if (!live.delete(event.slice)) report.fail(`slice ${event.slice} is freed but not alive`, 'free');
  }
});
const events = Object.entries(counts).reduce((all, [type, count]) => all + (type === 'recording' || type === 'lost' ? 0 : count), 0);
const bytes = fs.statSync(file).size;
report.figure('program', `${said.ms.toFixed(0)} ms for ${kSlices} slices, ${((1e6 * said.ms) / kSlices).toFixed(0)} ns each`);
report.figure('events', JSON.stringify(counts));
report.figure('lost events', lost);
report.figure("collector's peak memory", `${(peak / 1024).toFixed(1)} MiB`);
report.figure('file', `${bytes} bytes, ${(bytes / events).toFixed(2)} bytes per event`);
report.figure('export and reading it took', `${((Date.now() - readingSince) / 1000).toFixed(1)} s`);
report.check(events + lost >= 10_000_000, `only ${events} events and ${lost} lost`);
report.check(cut + lost >= kSlices, `${cut} slices of the program recorded and ${lost} events lost, ${kSlices} made`);
if (lost === 0) report.equal(cut, kSlices, 'slices of the program');
report.equal(counts.slice - freed, live.size, 'slices that were never freed');
report.check(peak > 0, "the collector's memory could not be sampled");
const { answer, status } = await info(args, file, { verify: true });
report.equal(status, 0, `status of info --verify: ${JSON.stringify(answer)}`);
fs.rmSync(file);
report.finish();
