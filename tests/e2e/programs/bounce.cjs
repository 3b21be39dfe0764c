// SPDX-License-Identifier: Apache-2.0
// Two workers, siblings of one parent, and one ArrayBuffer that goes round: parent, first, parent, second, parent …
// With a second argument it takes another way in the end: over a port that has travelled.
'use strict';
const { MessageChannel, Worker, isMainThread, parentPort, threadId } = require('worker_threads');

function work() {
  parentPort.on('message', (message) => {
    if (message === 'end') return parentPort.close();
    if (message.port) return message.port.once('message', () => message.port.close());
    new Uint8Array(message)[0] += 1;
    return parentPort.postMessage(message, threadId % 2 ? [message] : { transfer: [message] });
  });
  parentPort.postMessage('ready');
}

async function bounce(workers, rounds) {
  const answer = (worker) => new Promise((resolve) => worker.once('message', resolve));
  let store = new ArrayBuffer(77_001);
  // Sent before it can have started.
  const first = answer(workers[0]);
  workers[0].postMessage(store, [store]);
  if ((await first) !== 'ready') throw new Error('not ready');
  store = await answer(workers[0]);
  for (let i = 1; i < rounds; i++) {
    const worker = workers[i % 2];
    const back = answer(worker);
    worker.postMessage(store, [store]);
    store = await back;
    if (store === 'ready') store = await answer(worker);
  }
  const refused = new ArrayBuffer(77_002);
  try {
    workers[0].postMessage({ refused, no: () => {} }, [refused]);
  } catch (error) {
    if (error.name !== 'DataCloneError' || /agent\.cjs/.test(error.stack)) throw error;
  }
  if (refused.byteLength !== 77_002 || new Uint8Array(store)[0] !== rounds % 256) throw new Error('the store was changed');
  if (process.argv[3]) {
    const { port1, port2 } = new MessageChannel();
    workers[0].postMessage({ port: port2 }, [port2]);
    port1.postMessage(refused, [refused]);
    await new Promise((resolve) => port1.once('close', resolve));
  }
  performance.mark('held');
}

async function main() {
  const workers = [new Worker(__filename), new Worker(__filename)];
  await bounce(workers, Number(process.argv[2]));
  performance.mark('dropped');
  for (const worker of workers) worker.postMessage('end');
  for (let i = 0; i < 4; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  performance.mark('collected');
}

if (isMainThread) main();
else work();
