// SPDX-License-Identifier: Apache-2.0
// A worker or a child of server.cjs. With --pass it works for a moment and ends.
'use strict';
const zlib = require('node:zlib');
const { parentPort } = require('node:worker_threads');

function work() {
  let bytes = 0;
  for (let i = 0; i < 2_000; i++) bytes += Buffer.from(`a line of text, number ${i}`).length + Buffer.allocUnsafe(i).length;
  return bytes;
}

if (process.argv.includes('--pass')) {
  work();
} else if (parentPort) {
  parentPort.on('message', (message) => {
    if (message === null) {
      parentPort.close();
      return;
    }
    const result = new Uint8Array(zlib.deflateRawSync(message.bytes));
    parentPort.postMessage({ id: message.id, result }, [result.buffer]);
  });
} else {
  process.on('message', ({ id, text }) => process.send({ id, result: Buffer.from(text).toString('base64') }));
}
