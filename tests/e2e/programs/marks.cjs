// SPDX-License-Identifier: Apache-2.0
// Marks, with nothing imported for them; a worker makes its own.
'use strict';
performance.mark('first');
performance.mark('second with spaces, é and 漢字 😀');
performance.mark('repeated');
performance.mark('repeated');
const entry = performance.mark('with-detail', { detail: { a: 1 }, startTime: 12 });
const { Worker, isMainThread } = require('node:worker_threads');
if (isMainThread) {
  console.log(entry.name, entry.startTime, entry.detail.a, performance.getEntriesByName('repeated').length, performance.mark.name, performance.mark.length);
  new Worker(__filename).once('exit', () => performance.mark('last'));
} else {
  performance.mark('in the worker');
}
