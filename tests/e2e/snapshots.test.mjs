// SPDX-License-Identifier: Apache-2.0
// Reads the index and the snapshots of a real recording as docs/recording-format.md tells it, with npm's protobufjs and a
// zstd decoder, and holds each snapshot against what all events before it made.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { eachEvent } from './lib/batch-events.mjs';
import { recordingProto } from './lib/recording-proto.mjs';
import { Report } from './lib/report.mjs';
import { info, record } from './lib/slabscope.mjs';

const args = parseArgs('snapshots');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const { Reader, type, values, payloadOf } = await recordingProto(args);

const file = path.join(args.work, 'churn.slab');
await record(args, file, ['--expose-gc', path.join(here, 'programs', 'churn.cjs')], { env: { ...process.env, CHURN_BIRTHS: '1200000' } });

const [Frame, Block, Batch, Snapshot, Index, Footer] = ['Frame', 'Block', 'Batch', 'Snapshot', 'Index', 'Footer'].map(type);
const BlockKind = values('BlockKind');
const Kind = values('EventKind');
const kMarkCompact = values('GcKind').GC_MARK_COMPACT;

class LiveSet {
  ids = { store: 0, slice: 0 };
  stores = new Map();
  slices = new Map();
  full = new Map();

  apply(batch) {
    eachEvent(batch, this.ids, (kind, t, { plain, delta, born }) => {
      if (kind === Kind.EVENT_STORE_ALLOC) {
        const store = { t, ...this.fields(plain, batch.store_allocs, ['size', 'kind', 'isolate', 'allocator', 'thread', 'stack']) };
        store.address = delta(batch.store_allocs, 'address');
        this.stores.set(born('store'), store);
      } else if (kind === Kind.EVENT_STORE_FREE) {
        this.stores.delete(delta(batch.store_frees, 'store'));
      } else if (kind === Kind.EVENT_STORE_RESIZE) {
        this.change(delta(batch.store_resizes, 'store'), 'size', plain(batch.store_resizes, 'size'));
      } else if (kind === Kind.EVENT_STORE_MOVE) {
        this.change(delta(batch.store_moves, 'store'), 'isolate', plain(batch.store_moves, 'isolate'));
      } else if (kind === Kind.EVENT_STORE_KIND) {
        this.change(delta(batch.store_kinds, 'store'), 'kind', plain(batch.store_kinds, 'kind'));
      } else if (kind === Kind.EVENT_SLICE) {
        const slice = { t, ...this.fields(plain, batch.slices, ['length', 'isolate', 'stack']) };
        slice.store = delta(batch.slices, 'store');
        slice.offset = delta(batch.slices, 'offset');
        const id = born('slice');
        const distance = plain(batch.slices, 'parent');
        slice.parent = distance === 0 ? 0 : id - distance;
        this.slices.set(id, slice);
      } else if (kind === Kind.EVENT_SLICE_FREE) {
        this.slices.delete(delta(batch.slice_frees, 'slice'));
      } else if (kind === Kind.EVENT_GC && plain(batch.gcs, 'kind') === kMarkCompact) {
        this.full.set(plain(batch.gcs, 'isolate'), t);
      }
    });
  }
  fields(plain, columns, names) {
    return Object.fromEntries(names.map((name) => [name, plain(columns, name)]));
  }
  change(id, name, value) {
    const store = this.stores.get(id);
    if (store) store[name] = value;
  }
  text() {
    const entries = (map) => [...map].sort((a, b) => a[0] - b[0]).map(([id, one]) => [id, Object.entries(one).sort()]);
    const slices = new Map([...this.slices].filter(([, slice]) => this.stores.has(slice.store)));
    return JSON.stringify({ stores: entries(this.stores), slices: entries(slices), full: [...this.full].sort() });
  }
}

// The whole file, frame by frame.
const bytes = fs.readFileSync(file);
const blocks = [];
const reader = Reader.create(bytes);
while (reader.pos < reader.len) {
  const offset = reader.pos;
  const frame = Frame.decodeDelimited(reader);
  const block = Block.decode(frame.block);
  blocks.push({ offset, block, index_offset: Number(frame.index_offset) });
}

// Its end names the index, and that names all the others.
report.equal(bytes[bytes.length - 9], 0x21, 'the byte before the last eight');
const indexOffset = Number(bytes.readBigUInt64LE(bytes.length - 8));
const index = Index.decode(payloadOf(Block.decode(Frame.decodeDelimited(Reader.create(bytes.subarray(indexOffset))).block)));
report.equal(blocks.at(-1).index_offset, indexOffset, 'index_offset of the last frame');
report.equal(blocks.at(-2).block.kind, BlockKind.BLOCK_INDEX, 'the kind of the block before the last');
report.equal(Number(Footer.decode(payloadOf(blocks.at(-1).block)).index_offset), indexOffset, 'index_offset of the footer');
report.equal(index.offset.length, blocks.length - 2, 'entries of the index');
const sums = { offset: 0n, first_t: 0n, last_t: 0n };
index.offset.forEach((_, i) => {
  for (const name of Object.keys(sums)) sums[name] = BigInt.asUintN(64, sums[name] + BigInt(index[name][i].toString()));
  const { offset, block } = blocks[i];
  const told = [sums.offset, index.kind[i], sums.first_t, sums.last_t, Number(index.event_count[i]), Number(index.snapshot[i])];
  const found = [offset, block.kind, Number(block.first_t), Number(block.last_t), Number(block.event_count), Number(block.snapshot)];
  report.equal(told.map(Number).join(), found.join(), `entry ${i} of the index`);
});

// Each snapshot, against all events before its instant.
const all = new LiveSet();
const expected = new Map(); // by the number of batches before
const snapshots = new Map(); // parts by the snapshot's number
let batches = 0;
let events = 0;
let snapshotBytes = 0;
blocks.forEach(({ offset, block }, i) => {
  if (block.kind === BlockKind.BLOCK_BATCH) {
    const batch = Batch.decode(payloadOf(block));
    all.apply(batch);
    batches += 1;
    events += batch.kinds.length;
  } else if (block.kind === BlockKind.BLOCK_SNAPSHOT) {
    const number = Number(block.snapshot);
    if (!snapshots.has(number)) {
      snapshots.set(number, []);
      expected.set(number, { batches, events, text: all.text(), ids: { ...all.ids }, t: block.first_t });
    }
    snapshots.get(number).push(block);
    snapshotBytes += blocks[i + 1].offset - offset;
  }
});
for (const [number, parts] of snapshots) {
  const told = new LiveSet();
  const before = expected.get(number);
  report.equal(parts.map((block) => block.last_part).join(), [...Array(parts.length - 1).fill(false), true].join(), `last_part of snapshot ${number}`);
  parts.forEach((block, part) => {
    const snapshot = Snapshot.decode(payloadOf(block));
    report.equal(snapshot.part, part, `part of snapshot ${number}`);
    report.equal(Number(snapshot.batches), before.batches, `batches before snapshot ${number}`);
    report.equal(Number(snapshot.events), before.events, `events before snapshot ${number}`);
    report.equal(Number(snapshot.stores), before.ids.store, `stores before snapshot ${number}`);
    report.equal(Number(snapshot.slices), before.ids.slice, `slices before snapshot ${number}`);
    for (const batch of [snapshot.state, snapshot.live_stores, snapshot.live_slices]) if (batch) told.apply(batch);
  });
  report.check(told.text() === before.text, `snapshot ${number} does not tell what was alive after ${before.events} events`);
}
report.check(snapshots.size >= 2, `the recording has ${snapshots.size} snapshots: too few to be tested`);

const { answer } = await info(args, file);
report.equal(answer.snapshots, snapshots.size, 'snapshots, beside info');
report.equal(answer.snapshot_bytes, snapshotBytes, 'bytes of snapshots, beside info');
report.check(snapshotBytes * 20 < bytes.length, `snapshots take ${snapshotBytes} of ${bytes.length} bytes`);
report.figure('snapshots', `${snapshots.size}, ${snapshotBytes} of ${bytes.length} bytes, ${events} events`);
report.finish();
