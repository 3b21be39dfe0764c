// SPDX-License-Identifier: Apache-2.0
// Makes a known number of Buffers, says so, and ends in one of the ways in which programs end.
'use strict';
const fs = require('node:fs');

const kBuffers = 5000;
const ends = {
  exit: () => process.exit(3),
  // What process.exit comes down to, without the handlers.
  _exit: () => process.reallyExit(4),
  abort: () => process.abort(),
  throw: () => {
    throw new Error('not caught');
  },
  reject: () => Promise.reject(new Error('not handled')),
  // The driver gives it a small heap.
  'out-of-memory': () => {
    const held = [];
    for (;;) held.push(new Array(1000).fill({}));
  },
  SIGTERM: () => wait('SIGTERM'),
  SIGKILL: () => wait('SIGKILL'),
  SIGSEGV: () => wait('SIGSEGV'),
  'a real segmentation fault': () => require(process.argv[3]).segmentationFault(),
};

function wait(signal) {
  process.kill(process.pid, signal);
  setTimeout(() => {}, 10_000);
}

if (process.argv[2] === 'list') {
  console.log(Object.keys(ends).join('\n'));
} else {
  globalThis.held = [];
  for (let n = 0; n < kBuffers; n++) held.push(Buffer.allocUnsafe(1 + (n % 97))); // counted
  fs.writeSync(1, `made ${kBuffers}\n`);
  ends[process.argv[2]]();
}
