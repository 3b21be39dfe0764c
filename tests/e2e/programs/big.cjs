// SPDX-License-Identifier: Apache-2.0
// Cuts slices and drops them, as fast as it can.
'use strict';
const { performance } = require('node:perf_hooks');
const slices = Number(process.argv[2]);
let bytes = 0;
const started = performance.now();
for (let i = 0; i < slices; i++) bytes += Buffer.allocUnsafe(40).length;
process.stdout.write(`${JSON.stringify({ slices, bytes, ms: performance.now() - started })}\n`);
