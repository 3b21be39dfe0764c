// SPDX-License-Identifier: Apache-2.0
// An independent reader: npm's protobufjs, a zstd decoder and an xxHash in JavaScript, and recording.proto. It walks recordings that have
// every kind of event, one of them with a limit, checks every checksum and column, and tells of every event what the export tells; the
// reader that docs/recording-format.md shows counts as `info --json` does.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileAddon } from './lib/addons.mjs';
import { parseArgs } from './lib/args.mjs';
import { recordingProto } from './lib/recording-proto.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, info, record, run } from './lib/slabscope.mjs';
import { History } from './lib/told-history.mjs';

const args = parseArgs('reader');
const report = new Report();
const here = path.dirname(fileURLToPath(import.meta.url));
const tree = path.resolve(here, '..', '..');
const program = (name) => path.join(here, 'programs', name);

const { require, Reader, type, values, named, payloadOf } = await recordingProto(args);
const { h64Raw } = await require('xxhash-wasm')();

const [Frame, Block, Batch, Header, Footer] = ['Frame', 'Block', 'Batch', 'Header', 'Footer'].map(type);
const BlockKind = values('BlockKind');
const EventKind = values('EventKind');
const nameOf = named('EventKind');

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

function checkBatch(batch, block) {
  const inBatch = {};
  for (const kind of batch.kinds) inBatch[nameOf[kind]] = (inBatch[nameOf[kind]] ?? 0) + 1;
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
  return inBatch;
}

/** Everything that a file says, with what is wrong in it reported. */
function readAll(file) {
  const counts = Object.fromEntries(Object.keys(EventKind).map((name) => [name.slice('EVENT_'.length).toLowerCase(), 0]));
  const told = { counts, history: new History(named), batches: 0, events: 0, frames: 0, stacks: 0, strings: 0, retold: 0, header: null, footer: null };
  const reader = Reader.create(fs.readFileSync(file));
  for (let frames = 1; reader.pos < reader.len; frames++) {
    const frame = Frame.decodeDelimited(reader);
    report.equal(Buffer.from(frame.magic).toString(), frames === 1 ? 'slabscope\n' : '', `magic of frame ${frames}`);
    report.equal(h64Raw(frame.block, 0n), BigInt(frame.checksum.toString()), `checksum of frame ${frames}`);
    const block = Block.decode(frame.block);
    const payload = payloadOf(block);
    report.equal(payload.length, Number(block.unpacked_size), `unpacked_size of frame ${frames}`);
    if (block.kind === BlockKind.BLOCK_HEADER) told.header = Header.decode(payload);
    else if (block.kind === BlockKind.BLOCK_FOOTER) told.footer = Footer.decode(payload);
    if (block.kind !== BlockKind.BLOCK_BATCH) continue;
    const batch = Batch.decode(payload);
    for (const [name, count] of Object.entries(checkBatch(batch, block))) counts[name.slice('EVENT_'.length).toLowerCase()] += count;
    told.history.add(batch);
    told.batches += 1;
    told.events += batch.kinds.length;
    told.frames += batch.frames?.kind.length ?? 0;
    told.stacks += batch.stacks?.frame.length ?? 0;
    told.strings += batch.strings.length;
    told.retold += batch.retold ? 1 : 0;
  }
  told.history.finish();
  return told;
}

/** Each line of the export, as the independent reader tells it. */
async function compareExport(file, { history }) {
  const { events } = history;
  let at = 0;
  const same = (line, mine, what) => report.check(JSON.stringify(line) === JSON.stringify(mine), `${what}: the export has ${JSON.stringify(line)}, and the file ${JSON.stringify(mine)}`, what);
  await exportJsonl(args, file, (line) => {
    if (line.type === 'recording') return;
    if (line.type === 'frame') same(line, history.frame(line.id), 'a frame');
    else if (line.type === 'stack') same(line.frames, history.stack(line.id), 'a stack');
    else same(line, events[at++], `a ${line.type}`);
  });
  report.equal(at, events.length, 'events of the export, beside the file');
}

async function compare(file) {
  const told = readAll(file);
  const { answer, status } = await info(args, file, { verify: true });
  report.check(status === 0 || answer.lost_events > 0, `info --verify of ${file} ended with ${status}`);
  report.equal(told.header?.pid, answer.pid, 'pid');
  for (const [name, count] of Object.entries(answer.counts)) report.equal(told.counts[name], count, `events of kind ${name}`);
  for (const name of ['events', 'batches', 'frames', 'stacks', 'strings']) report.equal(told[name], answer[name], name);
  if (report.check(told.footer !== null, 'no footer')) {
    report.equal(Number(told.footer.events), told.events, "the footer's events");
    report.equal(Number(told.footer.batches), told.batches, "the footer's batches");
    report.equal(Number(told.footer.lost_events), answer.lost_events, "the footer's lost events");
  }
  await compareExport(file, told);
  report.figure(path.basename(file), `${told.batches} batches, ${told.events} events, ${fs.statSync(file).size} bytes`);
  return told;
}

async function everyKind() {
  const file = path.join(args.work, 'every-kind.slab');
  const addon = await compileAddon(args, 'externals.c');
  await record(args, file, ['--expose-gc', program('every-kind.cjs'), args.slabscope, addon], { recordOptions: ['--native'] });
  const { counts, header, history } = await compare(file);
  report.check(header.argv.includes('--expose-gc'), 'the header does not hold the command line');
  // On Node 18 moves are not known.
  const absent = args.line === 18 ? ['unknown', 'store_move'] : ['unknown'];
  for (const [kind, count] of Object.entries(counts)) if (!absent.includes(kind)) report.check(count > 0, `the recording has no ${kind}: the program should make some`);
  for (const field of ['reserved', 'allocation_stack']) report.check(history.events.some((event) => event[field]), `no store has ${field}`);
  return file;
}

async function withALimit() {
  const file = path.join(args.work, 'limited.slab');
  await record(args, file, ['--expose-gc', program('capped.cjs'), '200000'], { recordOptions: ['--max-size=256K'] });
  const { header, retold } = await compare(file);
  report.check(retold > 0 && Number(header.dropped?.events) > 0, 'the recording did not reach its limit');
}

/** The reader of the document, as it stands there. It needs a node that has zstd. */
async function documentedReader(file) {
  const document = fs.readFileSync(path.join(tree, 'docs', 'recording-format.md'), 'utf8');
  const [, source] = /^```js\n([^]*?)^```/m.exec(document);
  const script = path.join(args.work, 'reader.js');
  fs.writeFileSync(script, source);
  const env = { ...process.env, NODE_PATH: path.dirname(path.dirname(require.resolve('protobufjs/package.json'))) };
  const ran = await run(args.node, [script, file], { cwd: tree, env });
  report.equal(ran.status, 0, `status of the documented reader: ${ran.stderr}`);
  const { counts } = (await info(args, file)).answer;
  for (const [name, count] of Object.entries(counts)) {
    const told = Number(new RegExp(`EVENT_${name.toUpperCase()}: (\\d+)`).exec(ran.stdout)?.[1] ?? 0);
    report.equal(told, count, `events of kind ${name} that the documented reader counts`);
  }
}

const file = await everyKind();
await withALimit();
if (args.line >= 22) await documentedReader(file);
report.finish();
