// SPDX-License-Identifier: Apache-2.0
// Little, but of many kinds and in several batches: what is then damaged byte by byte. Its argument makes it another program.
'use strict';
const { Worker, isMainThread } = require('node:worker_threads');
const held = [];
function cut(round) {
  performance.mark('round');
  for (let i = 0; i < 400; i++) {
    const buffer = Buffer.allocUnsafe(10 + (i % 200));
    if (i % 40 === 0) held.push(buffer.subarray(2, 8), new ArrayBuffer(i), Buffer.from(`text ${i}`));
  }
  globalThis.gc?.();
  if (round < 3) setTimeout(cut, 600, round + 1);
}
function another() {
  for (let i = 0; i < 50; i++) held.push(Buffer.alloc(5000 + i));
}
if (isMainThread) new Worker(__filename);
if (process.argv[2] === 'another') another();
else cut(isMainThread ? 0 : 3);
