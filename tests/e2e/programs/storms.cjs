// SPDX-License-Identifier: Apache-2.0
// Threads, children and workers in numbers. Each prints what does not depend on whether somebody watches.
'use strict';
const path = require('node:path');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');

const [, , name, addonPath, size] = process.argv;
const kWorkersAtOnce = 64;
const kBuffersOfWorker = 200;

const storms = {
  // 200 threads that take from the C++ allocator; 200 and then more than there are rings that take stores.
  threads(addon) {
    console.log('malloc', addon.threads(200, 2000, 0, 1));
    console.log('stores', addon.threads(200, 200, 1, 1));
    console.log('more threads than rings', addon.threads(Number(size), 20, 1, 1));
    let blocks = 0;
    for (let i = 0; i < 40; i++) blocks += addon.threads(50, 3, 1, 0);
    console.log('short lives', blocks);
  },
  children(addon) {
    const seven = path.join(path.dirname(addonPath), 'seven');
    for (const [way, title] of ['fork', 'raw fork', 'raw clone', 'vfork', 'posix_spawn'].entries()) {
      console.log(title, addon.children(way, Number(size), 16, seven), 'and static', addon.children(way, 5, 4, `${seven}_static`));
    }
  },
  workers() {
    let left = Number(size);
    const total = { buffers: 0, ended: 0 };
    const startOne = () => {
      const number = left--;
      const worker = new Worker(__filename, { workerData: number, argv: process.argv.slice(2) });
      // Some end by themselves, some are ended while their stores live.
      worker.on('message', (buffers) => {
        total.buffers += buffers;
        if (number % 3 === 0) worker.terminate();
      });
      worker.on('exit', () => {
        total.ended += 1;
        if (left > 0) startOne();
        if (total.ended === Number(size)) console.log(JSON.stringify(total));
      });
    };
    while (left > 0 && left > Number(size) - kWorkersAtOnce) startOne();
  },
};

if (isMainThread) {
  storms[name](name === 'workers' ? null : require(addonPath));
} else {
  globalThis.held = [];
  for (let i = 0; i < kBuffersOfWorker; i++) held.push(Buffer.allocUnsafe(331 + (i % 7)), new Uint8Array(5001 + (workerData % 99)));
  parentPort.postMessage(held.length);
}
