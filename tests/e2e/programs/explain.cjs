// SPDX-License-Identifier: Apache-2.0
// Does what each claim about the Buffer pool is about, and says what Node itself tells of it: byteOffset, the length of
// .buffer, and which Buffers share one. Reading these moves no Buffer that is pooled or larger than 64 bytes.
'use strict';
const { performance } = require('node:perf_hooks');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

const half = Buffer.poolSize >>> 1;
const stringLength = half > 8192 ? 8000 : 1000;

const turn = () => new Promise((resolve) => setTimeout(resolve, 10));

// A slab that this request has begun: what lies before in the old one does not matter then.
function freshSlab() {
  let last = Buffer.allocUnsafe(half - 1);
  for (let before = null; before === null || before.buffer === last.buffer; last = Buffer.allocUnsafe(half - 1)) before = last; // fresh
  return last;
}

// Sums over the slabs that hold these Buffers and nothing else, but for the last one, which the pool has not left.
function fillOf(buffers) {
  const slabs = new Map();
  for (const buffer of buffers) {
    const slab = slabs.get(buffer.buffer) ?? { cut: 0, end: 0, size: buffer.buffer.byteLength };
    slab.cut += buffer.length;
    slab.end = Math.max(slab.end, buffer.byteOffset + buffer.length);
    slabs.set(buffer.buffer, slab);
  }
  const left = [...slabs.values()].slice(0, -1);
  const sum = (figure) => left.reduce((total, slab) => total + slab[figure], 0);
  return { slabs: left.length, cut: sum('cut'), bytes: sum('size') };
}

// From Node 26 on a Buffer can be asked for at an aligned address.
function aligned(kept) {
  const buffers = [8, 16, 32, 64].map((alignment) => Buffer.allocUnsafe(9, alignment)); // aligned
  kept.push(buffers);
  return process.versions.node.split('.')[0] < 26 ? 0 : buffers.length;
}

function placement() {
  const kept = [freshSlab()];
  performance.mark('placement');
  const first = Buffer.allocUnsafe(4);
  const second = Buffer.allocUnsafe(4);
  const own = Buffer.alloc(4);
  const third = Buffer.allocUnsafe(4);
  const large = Buffer.alloc(100);
  const fourth = Buffer.allocUnsafe(5);
  const fifth = Buffer.from('abc');
  performance.mark('placed');
  const all = [first, second, third, fourth, fifth];
  return {
    offsets: all.map((buffer) => buffer.byteOffset),
    oneSlab: all.every((buffer) => buffer.buffer === kept[0].buffer),
    own: [own.buffer.byteLength, large.buffer.byteLength],
  };
}

function threshold() {
  const pooled = Buffer.allocUnsafe(half - 1); // largest
  const own = Buffer.allocUnsafe(half); // smallest
  const array = new Uint8Array(half - 1);
  const made = [Buffer.from([1, 2, 3]), Buffer.from(array), Buffer.concat([pooled, own]), Buffer.concat([array.subarray(9)])];
  if (Buffer.copyBytesFrom) made.push(Buffer.copyBytesFrom(array.subarray(99)));
  return { largest: pooled.buffer.byteLength, smallest: own.buffer.byteLength, pooled: made.map((one) => one.buffer.byteLength > one.length) };
}

// Slabs full of dead regions, at least one of which would do for each request.
async function churn() {
  const survivors = [];
  let backward = 0;
  let slab = null;
  let end = 0;
  for (let i = 0; i < 20_000; i++) {
    const buffer = Buffer.allocUnsafe(96); // churn
    if (buffer.buffer === slab && buffer.byteOffset < end) backward += 1;
    slab = buffer.buffer;
    end = buffer.byteOffset + 96;
    if (i % 500 === 0) {
      survivors.push(buffer);
      gc();
      await turn();
    }
  }
  return { backward, survivors: survivors.length };
}

function strings(kept) {
  const first = freshSlab();
  const text = 'x'.repeat(stringLength);
  const fromStrings = Array.from({ length: 60 }, () => Buffer.from(text)); // string
  const next = freshSlab();
  const plain = Array.from({ length: 60 }, () => Buffer.allocUnsafe(stringLength)); // plain
  kept.push(fromStrings, plain, freshSlab());
  return { strings: fillOf([first, ...fromStrings]), plain: fillOf([next, ...plain]) };
}

// One slice of a few bytes is all that is left of each slab.
function keepers(kept) {
  let slab = null;
  let count = 0;
  while (count < 30) {
    const buffer = Buffer.allocUnsafe(16); // keeper
    if (buffer.buffer !== slab) {
      kept.push(buffer);
      slab = buffer.buffer;
      count += 1;
    }
    Buffer.allocUnsafe(half >>> 2);
  }
}

// What lies over a slab and is no cut: none of it is a region handed out again.
function views(kept) {
  const buffer = Buffer.allocUnsafe(40);
  kept.push(Buffer.from(buffer.buffer), Buffer.from(buffer.buffer, 8, 8), buffer.subarray(8, 16));
  // Of base64 less comes out than its length promises: Node 18 reserves first, and trims.
  kept.push(Buffer.from('eHh4\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n', 'base64'), Buffer.from('plain'));
}

function inWorker() {
  const kept = [];
  for (let i = 0; i < 40; i++) kept.push(Buffer.allocUnsafe(half >>> 1)); // worker
  parentPort.postMessage({ cuts: kept.length, slabs: new Set(kept.map((buffer) => buffer.buffer)).size });
}

function runWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(__filename);
    worker.on('message', resolve).on('error', reject);
  });
}

async function main() {
  const kept = [];
  const oracle = { poolSize: Buffer.poolSize, half };
  oracle.placement = placement();
  oracle.threshold = threshold();
  oracle.slab = freshSlab().buffer.byteLength;
  oracle.churn = await churn();
  const held = [];
  keepers(held);
  oracle.fill = strings(kept);
  views(kept);
  oracle.aligned = aligned(kept);
  oracle.worker = await runWorker();
  kept.length = 0;
  for (let i = 0; i < 4; i++) {
    gc();
    await turn();
  }
  oracle.keepers = { count: held.length, slabs: new Set(held.map((buffer) => buffer.buffer)).size, bytes: held.reduce((sum, buffer) => sum + buffer.length, 0) };
  return oracle;
}

if (isMainThread) main().then((oracle) => process.stdout.write(`${JSON.stringify(oracle)}\n`));
else inWorker();
