// SPDX-License-Identifier: Apache-2.0
// Works in bursts with rests between them, so that memory is sampled while the program is busy and while it is quiet;
// a worker does the same with an allocator of its own.
'use strict';
const { Worker, isMainThread } = require('node:worker_threads');

const held = [];
function burst(round) {
  for (let i = 0; i < 400; i++) {
    held.push(Buffer.alloc(1000 + ((i * 7919) % 50000)));
    held.push(Buffer.allocUnsafe(40 + (i % 1000)));
    if (i % 8 === 0) held.push(new SharedArrayBuffer(2000 + i));
    if (i % 16 === 0) held.push(new ArrayBuffer(30000));
  }
  if (round % 2 === 1) held.length = Math.floor(held.length / 4);
  if (round % 3 === 2) gc();
}

async function main() {
  for (let round = 0; round < 9; round++) {
    burst(round);
    await new Promise((resolve) => setTimeout(resolve, round % 2 === 0 ? 350 : 60));
  }
}
if (isMainThread) new Worker(__filename);
main();
