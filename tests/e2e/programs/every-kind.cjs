// SPDX-License-Identifier: Apache-2.0
// Every kind of event that a recording can hold. Told where slabscope is, which it asks to pause, and an addon with memory of its own; its
// parent is the collector, which it stops for a while, so that events are lost.
'use strict';
const { execFileSync } = require('node:child_process');
const v8 = require('node:v8');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

const kept = (globalThis.kept = []);
const pause = (action) => execFileSync(process.argv[2], ['ctl', `${process.pid}`, action]);

function cut(count) {
  for (let i = 0; i < count; i++) {
    const buffer = Buffer.allocUnsafe(10 + (i % 200));
    if (i % 100 === 0) kept.push(buffer.subarray(2, 8), new ArrayBuffer(i), Buffer.from(`text ${i}`));
  }
}

function grow() {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 10 });
  memory.grow(2);
  const buffer = new ArrayBuffer(100, { maxByteLength: 100_000 });
  buffer.resize?.(50_000);
  kept.push(memory, buffer);
}

function lose() {
  process.kill(process.ppid, 'SIGSTOP');
  try {
    cut(300_000);
  } finally {
    process.kill(process.ppid, 'SIGCONT');
  }
}

function inMain() {
  performance.mark('begin');
  cut(30_000);
  gc();
  grow();
  kept.push(v8.serialize('x'.repeat(10_000)), require(process.argv[3]).arrayBuffer(50_000));
  pause('stop');
  cut(100);
  pause('start');
  const worker = new Worker(__filename);
  const moved = new ArrayBuffer(70_000);
  worker.once('message', () => {
    worker.postMessage(moved, [moved]);
    worker.once('message', lose);
  });
}

if (isMainThread) {
  inMain();
} else {
  parentPort.once('message', (buffer) => {
    kept.push(buffer);
    cut(1000);
    parentPort.postMessage('got it');
  });
  parentPort.postMessage('ready');
}
