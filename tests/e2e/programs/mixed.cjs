// SPDX-License-Identifier: Apache-2.0
// A little of everything that a recording can hold.
'use strict';
const { Worker, isMainThread } = require('node:worker_threads');
const held = [];
function work() {
  performance.mark('work');
  for (let i = 0; i < 30000; i++) {
    const buffer = Buffer.allocUnsafe(10 + (i % 200));
    if (i % 100 === 0) held.push(buffer.subarray(2, 8), new ArrayBuffer(i), Buffer.from(`text ${i}`));
    if (i % 10000 === 0) gc();
  }
}
if (isMainThread) new Worker(__filename);
work();
setTimeout(work, 700);
