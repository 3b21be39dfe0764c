// SPDX-License-Identifier: Apache-2.0
// One worker after the other, each with other options (a JSON list of them is the argument).
'use strict';
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
if (isMainThread) {
  (async () => {
    for (const options of JSON.parse(process.argv[2])) {
      const worker = new Worker(__filename, options);
      worker.on('message', (text) => console.log(text));
      worker.on('error', (error) => console.log(error.message));
      await new Promise((resolve) => worker.on('exit', resolve));
    }
  })();
} else {
  const held = [];
  for (let i = 0; i < 2000; i++) held.push(Buffer.allocUnsafe(40));
  parentPort.postMessage(`${held.length} ${held[0].subarray(1).length} ${process.execArgv.join()}`);
}
