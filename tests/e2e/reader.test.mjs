// SPDX-License-Identifier: Apache-2.0
// An independent reader: npm's protobufjs, a zstd decoder and an xxHash in JavaScript, and recording.proto. It walks
// the file, checks every checksum, and counts the same events as `info --json`.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { recordingProto } from './lib/recording-proto.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record } from './lib/slabscope.mjs';

const args = parseArgs('reader');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const { require, Reader, type, values, payloadOf } = await recordingProto(args);
const { h64Raw } = await require('xxhash-wasm')();

const file = path.join(args.work, 'mixed.slab');
await record(args, file, ['--expose-gc', path.join(here, 'programs', 'mixed.cjs')]);

const [Frame, Block, Batch, Header, Footer] = ['Frame', 'Block', 'Batch', 'Header', 'Footer'].map(type);
const BlockKind = values('BlockKind');
const EventKind = values('EventKind');

// The columns that hold one value for each event of a kind.
const kColumns = {
  EVENT_STORE_ALLOC: 'store_allocs',
  EVENT_STORE_FREE: 'store_frees',
  EVENT_STORE_RESIZE: 'store_resizes',
  EVENT_STORE_MOVE: 'store_moves',
  EVENT_STORE_KIND: 'store_kinds',
  EVENT_SLICE: 'slices',
  EVENT_SLICE_FREE: 'slice_frees',
  EVENT_GC: 'gcs',
  EVENT_MEMORY: 'memories',
  EVENT_MARK: 'marks',
  EVENT_LOST: 'losts',
  EVENT_ISOLATE_START: 'isolate_starts',
  EVENT_ISOLATE_END: 'isolate_ends',
};

const counts = Object.fromEntries(Object.keys(EventKind).map((name) => [name.slice('EVENT_'.length).toLowerCase(), 0]));
const nameOf = Object.fromEntries(Object.entries(EventKind).map(([name, number]) => [number, name]));
const totals = { batches: 0, events: 0, frames: 0, stacks: 0, strings: 0, storeBytes: 0, sliceBytes: 0 };
let header = null;
let footer = null;
// STORE_RESIZABLE and STORE_WASM: only these have address space set aside.
const kGrowing = [4, 5];
const kExternal = 6;

/** How many values a column has to have, as recording.proto says it of each. */
function valuesOf(field, list, kinds, events) {
  const ofKinds = (wanted) => kinds.filter((kind) => wanted.includes(kind)).length;
  if (field === 'reserved') return ofKinds(kGrowing);
  if (field === 'allocation_stack') return list.length === 0 ? 0 : ofKinds([kExternal]);
  return events;
}
const sum = (list) => list.reduce((all, value) => all + Number(value), 0);

function readBatch(batch, block) {
  totals.batches += 1;
  totals.frames += batch.frames?.kind.length ?? 0;
  totals.stacks += batch.stacks?.frame.length ?? 0;
  totals.strings += batch.strings.length;
  const inBatch = {};
  for (const kind of batch.kinds) {
    const name = nameOf[kind] ?? 'EVENT_UNKNOWN';
    inBatch[name] = (inBatch[name] ?? 0) + 1;
    counts[name.slice('EVENT_'.length).toLowerCase()] += 1;
  }
  totals.events += batch.kinds.length;
  report.equal(Number(block.event_count), batch.kinds.length, 'event_count of a block');
  report.equal(batch.times.length, batch.kinds.length, 'times of a batch');
  if (batch.times.length > 0) {
    report.equal(Number(batch.times[0]), Number(block.first_t), 'first_t of a block');
    report.equal(sum(batch.times), Number(block.last_t), 'last_t of a block');
  }
  for (const [name, column] of Object.entries(kColumns)) {
    for (const [field, list] of Object.entries(batch[column] ?? {})) {
      report.equal(list.length, valuesOf(field, list, batch[column].kind, inBatch[name] ?? 0), `values of ${column}.${field}`);
    }
    if ((inBatch[name] ?? 0) > 0) report.check(batch[column], `a batch with ${name} has no ${column}`);
  }
  report.equal(batch.process_rss.length, inBatch.EVENT_PROCESS_RSS ?? 0, 'values of process_rss');
  totals.storeBytes += sum(batch.store_allocs?.size ?? []);
  totals.sliceBytes += sum(batch.slices?.length ?? []);
}

const bytes = fs.readFileSync(file);
const reader = Reader.create(bytes);
let frames = 0;
while (reader.pos < reader.len) {
  const frame = Frame.decodeDelimited(reader);
  frames += 1;
  report.equal(Buffer.from(frame.magic).toString(), frames === 1 ? 'slabscope\n' : '', `magic of frame ${frames}`);
  const checksum = BigInt(frame.checksum.toString());
  report.equal(h64Raw(frame.block, 0n), checksum, `checksum of frame ${frames}`);
  const block = Block.decode(frame.block);
  const payload = payloadOf(block);
  report.equal(payload.length, Number(block.unpacked_size), `unpacked_size of frame ${frames}`);
  if (block.kind === BlockKind.BLOCK_HEADER) header = Header.decode(payload);
  else if (block.kind === BlockKind.BLOCK_BATCH) readBatch(Batch.decode(payload), block);
  else if (block.kind === BlockKind.BLOCK_FOOTER) footer = Footer.decode(payload);
}

const { answer } = await info(args, file);
report.check(header?.argv.includes('--expose-gc'), 'the header does not hold the command line');
report.equal(header?.pid, answer.pid, 'pid');
for (const [name, count] of Object.entries(answer.counts)) report.equal(counts[name], count, `events of kind ${name}`);
report.equal(totals.events, answer.events, 'events');
report.equal(totals.batches, answer.batches, 'batches');
report.equal(totals.frames, answer.frames, 'frames');
report.equal(totals.stacks, answer.stacks, 'stacks');
report.equal(totals.strings, answer.strings, 'strings');
if (report.check(footer !== null, 'no footer')) {
  report.equal(Number(footer.events), totals.events, "the footer's events");
  report.equal(Number(footer.batches), totals.batches, "the footer's batches");
  report.equal(Number(footer.lost_events), answer.lost_events, "the footer's lost events");
}
let storeBytes = 0;
let sliceBytes = 0;
await exportJsonl(args, file, (event) => {
  if (event.type === 'store_alloc') storeBytes += event.size;
  if (event.type === 'slice') sliceBytes += event.length;
});
report.equal(totals.storeBytes, storeBytes, 'bytes of all stores, beside the export');
report.equal(totals.sliceBytes, sliceBytes, 'bytes of all slices, beside the export');
report.figure('frames', `${frames}, ${totals.batches} batches, ${totals.events} events, ${bytes.length} bytes`);
for (const needed of ['store_alloc', 'store_free', 'slice', 'slice_free', 'gc', 'memory', 'mark', 'isolate_start']) {
  report.check(counts[needed] > 0, `the recording has no ${needed}: the program should make some`);
}
report.finish();
