// SPDX-License-Identifier: Apache-2.0
// The heart of the oracle program, once in each isolate: makes the inputs, drives the call sites, and writes down what
// Node itself says about every value. Between begin and end it makes no store of its own.
'use strict';
const fs = require('node:fs');
const v8 = require('node:v8');
const { performance } = require('node:perf_hooks');
const { seed, random, below, size, inputs, makeInputs } = require('./inputs.cjs');

Error.stackTraceLimit = 20;

const kOnHeap = 64;
const kRing = 256;
const kHot = 50;

const core = {
  x: undefined,
  a: 0,
  b: 0,
  touched: 0,
  seed,
  same: (value) => value,
  Holder: class Holder {
    constructor(value) {
      this.value = value;
    }
  },
};

// ---- the log: one row for each call, in plain arrays that are there before begin.

const kNone = -1;
let rows = 0;
const columns = {};
for (const name of ['site', 'line', 'column', 'file', 'offset', 'length', 'abLength', 'ab', 'parent', 'onHeap', 'cut', 'cutAb', 'before', 'after']) {
  columns[name] = [];
}
const fileIds = new Map();
const abIds = new WeakMap();
let abCount = 0;
let knownAtBegin = 0;
// Buffers that live on V8's heap until something reads their ArrayBuffer.
const onHeap = new WeakSet();

function abId(buffer) {
  let id = abIds.get(buffer);
  if (id === undefined) {
    id = abCount++;
    abIds.set(buffer, id);
  }
  return id;
}

function fileId(name) {
  let id = fileIds.get(name);
  if (id === undefined) {
    id = fileIds.size;
    fileIds.set(name, id);
  }
  return id;
}

const kinds = [];
let running = false;
let watchStores = false;
let storesBefore = 0;
let parentRow = kNone;
let parentOnHeap = kNone;
let cutLength = kNone;
let cutElement = null;

const ring = new Array(kRing).fill(null);
const ringRow = new Array(kRing).fill(kNone);
let ringNext = 0;
let ringSize = 0;

function keep(value, row) {
  ring[ringNext] = value;
  ringRow[ringNext] = row;
  ringNext = (ringNext + 1) % kRing;
  ringSize = Math.max(ringSize, ringNext);
}

function pickParent(most) {
  for (let attempt = 0; attempt < 8 && ringSize > 0; attempt++) {
    const at = below(ringSize);
    if (ring[at] !== null && ring[at].length <= most) {
      parentRow = ringRow[at];
      return ring[at];
    }
  }
  return inputs.buffer[below(5)];
}

const range = (length) => {
  const first = below(length + 1);
  const second = below(length + 1);
  core.a = Math.min(first, second);
  core.b = Math.max(first, second);
  const choice = random();
  if (choice < 0.1) core.b = core.a;
  else if (choice < 0.2) [core.a, core.b] = [0, length];
  else if (choice < 0.3) core.a = 0;
};

core.prepare = (id) => {
  const kind = kinds[id];
  parentRow = kNone;
  parentOnHeap = kNone;
  cutLength = kNone;
  cutElement = null;
  core.a = 0;
  core.b = 0;
  switch (kind.input) {
    case 'size':
      core.x = size();
      break;
    case 'string': {
      const list = inputs.string[kind.encoding];
      core.x = list[below(list.length)];
      break;
    }
    case 'parent':
    case 'smallparent': {
      core.x = pickParent(kind.input === 'parent' ? Infinity : 2000);
      range(core.x.length);
      if (kind.name !== 'map' && kind.name !== 'Uint8Array-slice' && onHeap.delete(core.x)) parentOnHeap = core.x.length;
      break;
    }
    case 'list': {
      const list = inputs.list[below(inputs.list.length)];
      let sum = 0;
      for (let index = 0; index < list.length; index++) sum += list[index].length;
      core.x = list;
      core.a = sum + below(100);
      core.b = below(sum + 1);
      if (kind.name === 'concat-shorter') describeCut(list, core.b);
      break;
    }
    default: {
      const list = inputs[kind.input];
      core.x = list[below(list.length)];
      if (kind.input === 'arraybuffer' || kind.input === 'shared') {
        range(core.x.byteLength);
        core.b -= core.a;
      } else if (kind.input === 'uint16') {
        core.a = below(core.x.length + 1);
        core.b = below(core.x.length + 2);
        if (kind.name === 'copyBytesFrom-part') {
          cutLength = 2 * Math.max(0, Math.min(core.b, core.x.length - core.a));
        }
      }
    }
  }
  if (watchStores) storesBefore = process.memoryUsage().arrayBuffers;
};

// Which element of the list does not fit, and how much of it does: from 24 on, concat takes a view of that one.
function describeCut(list, total) {
  let at = 0;
  for (let index = 0; index < list.length; index++) {
    if (at + list[index].length > total) {
      cutElement = list[index];
      cutLength = total - at;
      return;
    }
    at += list[index].length;
  }
}

core.log = (id, error, value) => {
  if (!running) return value;
  const storesAfter = watchStores ? process.memoryUsage().arrayBuffers : 0;
  const row = rows++;
  columns.before[row] = storesBefore;
  columns.after[row] = storesAfter;
  columns.site[row] = id;
  columns.parent[row] = parentRow;
  columns.onHeap[row] = parentOnHeap;
  columns.cut[row] = cutLength;
  columns.cutAb[row] = cutElement === null ? kNone : abId(cutElement.buffer);

  const stack = error.stack;
  const begin = stack.indexOf('\n    at ') + 8;
  let end = stack.indexOf('\n', begin);
  if (end < 0) end = stack.length;
  const match = /^(?:.*? \((?=eval at |\/|file:))?(.*):(\d+):(\d+)\)?$/.exec(stack.slice(begin, end));
  // Code without a file is named by where it was compiled; the rest of Node's text says that it has no name itself.
  columns.file[row] = fileId(match[1].replace(/^(eval at .*), <anonymous>$/, '$1'));
  columns.line[row] = Number(match[2]);
  columns.column[row] = Number(match[3]);

  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    columns.offset[row] = 0;
    columns.length[row] = value.byteLength;
    columns.abLength[row] = value.byteLength;
    columns.ab[row] = abId(value);
    return value;
  }
  columns.length[row] = value.byteLength;
  // Reading `buffer` of a value on V8's heap would make the very store that is not there.
  if (kinds[id].rule === 'fresh' && value.byteLength <= kOnHeap) {
    columns.offset[row] = 0;
    columns.abLength[row] = kNone;
    columns.ab[row] = kNone;
    if (value instanceof Buffer) onHeap.add(value);
  } else {
    const buffer = value.buffer;
    columns.offset[row] = value.byteOffset;
    columns.abLength[row] = buffer.byteLength;
    columns.ab[row] = abId(buffer);
  }
  if (value instanceof Buffer) keep(value, row);
  return value;
};

const kFull = { type: 'major', execution: 'sync' };
const kMinor = { type: 'minor', execution: 'sync' };
let gcEvery = Infinity;
let untilGc = Infinity;
core.after = () => {
  if (!running || --untilGc > 0) return;
  globalThis.gc(gcEvery === 200 || random() < 0.5 ? kFull : kMinor);
  untilGc = gcEvery;
};

core.register = (id, name, input, encoding, weight, burst, site) => {
  const rule = core.rules[name];
  for (let copy = 0; copy < weight; copy++) bursts.push(burst);
  functions.push(burst);
  // V8 has no status for a bound function.
  if (!site.name.startsWith('bound ')) functions.push(site);
  kinds[id] = { name, input, encoding, rule };
};
let bursts = [];
let functions = [];

/** Runs the registered sites until `count` rows are written, and logs to `file`. */
core.run = (phase, { count, gc, watch, file }) => {
  makeInputs();
  for (const list of [inputs.buffer, inputs.uint8, inputs.uint16]) list.forEach((each) => abId(each.buffer));
  for (const list of [inputs.arraybuffer, inputs.shared]) list.forEach(abId);
  for (const name of Object.keys(columns)) columns[name] = new Array(count + 200).fill(0);
  // A few sites are hot before begin and get most of the calls after it, so that every tier of the compiler is met.
  for (const burst of bursts) burst(5);
  for (const burst of bursts.slice(0, kHot)) for (let round = 0; round < 15; round++) burst(100);
  abId(Buffer.allocUnsafe(1).buffer);
  abId(Buffer.from('a').buffer);
  watchStores = watch;
  gcEvery = gc;
  untilGc = gc;
  knownAtBegin = abCount;
  performance.mark(`begin:${phase}`);
  running = true;
  while (rows < count) {
    const pick = Math.floor(bursts.length * random() ** 3);
    bursts[pick](1 + below(random() < 0.1 ? 120 : 12));
  }
  running = false;
  performance.mark(`end:${phase}`);
  const optimised = core.optimised?.(functions);
  const used = {};
  for (const name of Object.keys(columns)) used[name] = columns[name].slice(0, rows);
  fs.writeFileSync(
    file,
    JSON.stringify({ phase, rows, knownAtBegin, poolSize: Buffer.poolSize, slab: Buffer.allocUnsafe(1).buffer.byteLength, optimised, files: [...fileIds.keys()], columns: used }),
  );
  rows = 0;
  bursts = [];
  functions = [];
  inputs.string = {};
  for (const name of ['array', 'buffer', 'uint8', 'uint16', 'arraybuffer', 'shared', 'list']) inputs[name] = [];
  ring.fill(null);
  ringSize = 0;
  ringNext = 0;
};

core.rules = JSON.parse(process.env.ORACLE_RULES);

if (process.env.ORACLE_OPTIMISED) {
  v8.setFlagsFromString('--allow-natives-syntax');
  const status = new Function('f', 'return %GetOptimizationStatus(f)');
  const kOptimized = 1 << 4;
  core.optimised = (functions) => functions.filter((f) => status(f) & kOptimized).length;
}

module.exports = core;
