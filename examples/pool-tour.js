// SPDX-License-Identifier: Apache-2.0
// Something of everything that is said about the Buffer pool, for `slabscope explain` to judge (docs/how-the-buffer-pool-works.md).
//
//   build/bin/slabscope record -o tour.slab -- node --expose-gc examples/pool-tour.js
//   build/bin/slabscope explain tour.slab
'use strict';

const { Worker, isMainThread } = require('node:worker_threads');
const { setImmediate: nextTurn } = require('node:timers/promises');

const kept = [];

// 7 MB in slices of 100 bytes, of which every 700th stays: one in 70,000 bytes, so that each slab of 64 KiB keeps one at most, and with
// slabs of 8 KiB eight in nine keep none.
function keepFew() {
  for (let i = 0; i < 70_000; i++) {
    const slice = Buffer.allocUnsafe(100);
    if (i % 700 === 0) kept.push(slice);
  }
}

function dropStrings() {
  const text = 'x'.repeat(1000);
  for (let i = 0; i < 10_000; i++) Buffer.from(text);
}

function makeStoresOfTheirOwn() {
  for (let i = 0; i < 100; i++) kept.push(Buffer.alloc(100));
  kept.push(Buffer.allocUnsafe(Buffer.poolSize >>> 1), Buffer.allocUnsafe((Buffer.poolSize >>> 1) - 1));
}

async function main() {
  makeStoresOfTheirOwn();
  keepFew();
  await nextTurn();
  globalThis.gc();
  performance.mark('few-are-left');
  dropStrings();
  await new Promise((resolve) => new Worker(__filename).on('exit', resolve));
  globalThis.gc();
  performance.mark('all-done');
}

if (isMainThread) main();
else for (let i = 0; i < 100; i++) kept.push(Buffer.allocUnsafe(100));
