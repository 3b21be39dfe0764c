// SPDX-License-Identifier: Apache-2.0
// Two workers that hand Buffers of their own to each other, by transfer.
'use strict';
const { MessageChannel, Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const { check, measured, times } = require('../measured.cjs');

function player({ port, first, rounds }) {
  let left = rounds;
  port.on('message', (bytes) => {
    bytes[0]++;
    if (left-- === 0) {
      port.close();
      return;
    }
    const cut = Buffer.from(bytes.subarray(0, 40));
    bytes[1] = cut[0];
    port.postMessage(bytes, [bytes.buffer]);
  });
  port.on('close', () => parentPort.postMessage('done'));
  if (first) for (let i = 0; i < 8; i++) { const bytes = new Uint8Array(5000); port.postMessage(bytes, [bytes.buffer]); }
}

if (!isMainThread) {
  player(workerData);
} else {
  measured(async () => {
    const { port1, port2 } = new MessageChannel();
    const rounds = times(150_000);
    let done = 0;
    await Promise.all([port1, port2].map((port, index) => new Promise((resolve, reject) => {
      const worker = new Worker(__filename, { workerData: { port, first: index === 0, rounds }, transferList: [port] });
      worker.on('message', () => { done++; });
      worker.on('exit', resolve);
      worker.on('error', reject);
    })));
    check(done === 2, 'the workers that ended');
    return { made: rounds * 2 };
  });
}
