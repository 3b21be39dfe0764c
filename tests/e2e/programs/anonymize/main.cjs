// SPDX-License-Identifier: Apache-2.0
// Copied into folders with names of their own, beside a package (anonymize.test.mjs): Buffers of the program, of a package, of code from eval,
// held and not, with marks between them.
'use strict';
const { performance } = require('node:perf_hooks');
const held = require('@acme-inc/hoarding/lib/keeper.cjs');
const SLICES = Number(process.argv[2]);
const kept = [];

// Of lengths that do not repeat, so that the recording is not small.
function ledgerEntry(i) {
  return Buffer.allocUnsafe(1 + ((Math.imul(i, 0x9e3779b1) >>> 16) % 700));
}
function bookTheLedger() {
  for (let i = 0; i < SLICES; i += 1) {
    const entry = ledgerEntry(i);
    if (i % 2000 === 0) kept.push(entry);
  }
}

performance.mark('quarterly-closing');
bookTheLedger();
held.hoardForOthers(5);
kept.push(eval('(function madeByEval() { return Buffer.allocUnsafeSlow(7000); })')());
globalThis.gc();
performance.mark('quarterly-closing');
kept.push(Buffer.alloc(33_000), Buffer.from('late'));
