#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
'use strict';
const path = require('node:path');
const { Worker } = require('node:worker_threads');

function shebang() {
  return Buffer./*>*/allocUnsafe(200); // @ shebang shebang
}
shebang();
async function main() {
  await require('./common.cjs')();
  await import('./modul%C3%A9.mjs');
  new Worker(path.join(__dirname, 'worker.cjs'));
}
main();
